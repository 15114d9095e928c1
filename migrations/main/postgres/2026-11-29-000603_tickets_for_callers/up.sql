-- How a problem came to us: by a report from the product, or by a call or a letter that staff wrote down.
ALTER TABLE tickets ADD COLUMN source TEXT NOT NULL DEFAULT 'report';
