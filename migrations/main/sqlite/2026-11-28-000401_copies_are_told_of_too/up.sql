-- Which system of ours that holds copies of tickets a row stands for. It is asked to delete by a call and not by a mail, and its
-- answer is that nothing of the tenant is left to delete there. Absent where somebody is told by mail.
ALTER TABLE processor_erasures ADD COLUMN sink TEXT;
