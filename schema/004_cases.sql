-- history.db, version 4: cases that are kept: what they are about, who added and removed what and why, and whether they
-- are closed. What is removed is hidden and keeps its exhibit number.

ALTER TABLE case_record ADD COLUMN title TEXT;
ALTER TABLE case_record ADD COLUMN reference TEXT; -- a ticket, a file number
ALTER TABLE case_record ADD COLUMN closed_number INTEGER; -- ledger line that closed it; NULL: open

ALTER TABLE case_item ADD COLUMN removed_number INTEGER; -- ledger line that removed it; NULL: it is in the case

-- What was done to cases by lines of their own; what came in with --case stands in case_item alone.
CREATE TABLE case_step (
    number         INTEGER PRIMARY KEY, -- ledger line
    case_number    INTEGER NOT NULL REFERENCES case_record (created_number),
    event          TEXT NOT NULL, -- case_created, case_added, case_removed, case_noted, case_closed, case_reopened
    event_at       TEXT NOT NULL, -- the archive's clock
    operator       TEXT, -- who, as claimed
    package_number INTEGER REFERENCES package (first_number), -- that was added or removed
    words          TEXT  -- the reason, or the note
);
CREATE INDEX case_step_case ON case_step (case_number);

DROP VIEW cases;
CREATE VIEW cases AS
SELECT
    c.case_name,
    c.title,
    c.reference,
    CASE WHEN c.closed_number IS NULL THEN 'open' ELSE 'closed' END AS status,
    c.created_at,
    c.created_number,
    c.operator,
    (SELECT event_at FROM case_step WHERE number = c.closed_number) AS closed_at,
    (SELECT count(*) FROM case_item AS i
     WHERE i.case_number = c.created_number AND i.removed_number IS NULL) AS item_count
FROM case_record AS c;

DROP VIEW case_items;
CREATE VIEW case_items AS
SELECT
    c.case_name,
    printf('%s-%04d', c.case_name, i.item_number) AS exhibit,
    p.package_sha256,
    p.kind,
    i.added_at,
    i.added_number,
    i.operator,
    (SELECT words FROM case_step WHERE number = i.added_number) AS reason
FROM case_item AS i
JOIN case_record AS c ON c.created_number = i.case_number
JOIN package AS p ON p.first_number = i.package_number
WHERE i.removed_number IS NULL;

CREATE VIEW case_events AS
SELECT
    c.case_name,
    s.number,
    s.event,
    s.event_at,
    s.operator,
    p.package_sha256,
    CASE WHEN i.item_number IS NOT NULL
        THEN printf('%s-%04d', c.case_name, i.item_number) END AS exhibit,
    s.words
FROM case_step AS s
JOIN case_record AS c ON c.created_number = s.case_number
LEFT JOIN package AS p ON p.first_number = s.package_number
LEFT JOIN case_item AS i ON i.case_number = s.case_number AND i.package_number = s.package_number
UNION ALL
SELECT
    c.case_name,
    i.added_number,
    'case_added',
    i.added_at,
    i.operator,
    p.package_sha256,
    printf('%s-%04d', c.case_name, i.item_number),
    NULL
FROM case_item AS i
JOIN case_record AS c ON c.created_number = i.case_number
JOIN package AS p ON p.first_number = i.package_number
WHERE NOT EXISTS (SELECT 1 FROM case_step AS s WHERE s.number = i.added_number);
