DROP TABLE receipts;
DROP TABLE ledger;
