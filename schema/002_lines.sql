-- history.db, version 2: line numbers without reading a text from its beginning.

ALTER TABLE page ADD COLUMN start_line INTEGER NOT NULL DEFAULT 1; -- line, from 1, of the stream that the page begins in
ALTER TABLE page ADD COLUMN is_continued INTEGER NOT NULL DEFAULT 0; -- 1: it begins inside that line
CREATE INDEX page_continued ON page (page_id) WHERE is_continued = 1;

-- Only the pages behind a first one: the others begin in line 1.
UPDATE page SET start_line = counted.start_line, is_continued = counted.is_continued
FROM (
    SELECT
        page_id,
        page_no,
        lag(substr(text, -1) <> char(10)) OVER (
            PARTITION BY content_id, stream ORDER BY page_no
        ) AS is_continued,
        1 + sum(length(text) - length(replace(text, char(10), ''))) OVER (
            PARTITION BY content_id, stream ORDER BY page_no
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS start_line
    FROM page
) AS counted
WHERE counted.page_no > 1 AND page.page_id = counted.page_id;

DROP VIEW output_pages;
CREATE VIEW output_pages AS
SELECT p.page_id, p.content_id, p.stream, p.page_no, p.start_line, p.text
FROM page AS p
JOIN content AS c ON c.content_id = p.content_id
WHERE c.state = 1;
