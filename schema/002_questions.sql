-- history.db, version 2: line numbers without reading a text from its beginning, and what lists and
-- counts ask for found by index, however long the history.

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

-- What lists are filtered by stands in the result itself, as machine and observed_at do: an index
-- that has the filter and the order in it finds the last ten rows at once.
ALTER TABLE result ADD COLUMN package_number INTEGER; -- the content's
ALTER TABLE result ADD COLUMN script_name TEXT; -- the content's, else the command's
ALTER TABLE result ADD COLUMN exit_code INTEGER; -- the content's
ALTER TABLE result ADD COLUMN parse_status TEXT; -- the content's
ALTER TABLE result ADD COLUMN command_status TEXT; -- the command's
ALTER TABLE result ADD COLUMN operator TEXT; -- of the ledger line that made it
ALTER TABLE result ADD COLUMN is_public INTEGER NOT NULL DEFAULT 1; -- 0: its content is withdrawn

-- One pass, that holds no rows in memory.
UPDATE result SET
    (package_number, script_name, exit_code, parse_status, is_public) =
        (SELECT package_number, script_name, exit_code, parse_status, state = 1
         FROM content AS c WHERE c.content_id = result.content_id),
    operator = (SELECT operator FROM acquisition WHERE number = result_id % 1000000000000);
UPDATE result SET
    (command_status, script_name) = (SELECT status, ifnull(result.script_name, k.script_name)
        FROM commands AS k
        WHERE k.action_id = result.action_id AND k.command_index = result.command_index)
WHERE EXISTS (SELECT 1 FROM commands AS k
        WHERE k.action_id = result.action_id AND k.command_index = result.command_index);

-- IS NOT NULL: who asks for one value means no NULL, so the index serves; who groups by the column does
-- not, and then reading the rows in their own order is far better than in the index's.
DROP INDEX result_observed;
DROP INDEX result_machine_id;
DROP INDEX result_machine_name;
CREATE INDEX result_observed ON result (observed_at) WHERE is_public = 1;
CREATE INDEX result_machine_id ON result (machine_id, observed_at)
    WHERE machine_id IS NOT NULL; -- not of is_public: one side of an OR knows nothing of it
CREATE INDEX result_machine_name ON result (machine_name, observed_at)
    WHERE machine_name IS NOT NULL;
CREATE INDEX result_acquired ON result (acquired_at, observed_at) WHERE is_public = 1;
CREATE INDEX result_script ON result (script_name, observed_at)
    WHERE is_public = 1 AND script_name IS NOT NULL;
CREATE INDEX result_script_any_case ON result (script_name COLLATE NOCASE, observed_at)
    WHERE is_public = 1 AND script_name IS NOT NULL;
CREATE INDEX result_exit_code ON result (exit_code, observed_at)
    WHERE is_public = 1 AND exit_code IS NOT NULL;
CREATE INDEX result_exit_code_not_0 ON result (observed_at)
    WHERE is_public = 1 AND exit_code <> 0;
CREATE INDEX result_parse_status ON result (parse_status, observed_at)
    WHERE is_public = 1 AND parse_status IS NOT NULL;
CREATE INDEX result_not_ok ON result (observed_at)
    WHERE is_public = 1 AND parse_status <> 'ok';
CREATE INDEX result_operator ON result (operator, observed_at)
    WHERE is_public = 1 AND operator IS NOT NULL;
CREATE INDEX result_command_status ON result (command_status COLLATE NOCASE, observed_at)
    WHERE is_public = 1 AND command_status IS NOT NULL;
-- For the row rule: whether a content has a row of this machine.
CREATE INDEX result_content_machine_id ON result (content_id, machine_id)
    WHERE machine_id IS NOT NULL;
CREATE INDEX result_content_machine_name ON result (content_id, machine_name)
    WHERE machine_name IS NOT NULL;
CREATE INDEX result_withdrawn ON result (result_id) WHERE is_public = 0;
CREATE INDEX result_package ON result (package_number); -- the narrowest: it counts the rows, too

-- What every search counts. Both columns, so that the index alone is counted.
CREATE INDEX package_file ON package (kind, unparsed) WHERE kind = 'file';
CREATE INDEX package_action ON package (kind, unparsed) WHERE kind = 'action';

-- What few queries ask for is looked up where it is named: a join would be made for every row that is
-- counted. The left join is left out, too, where nothing of it is named, but not of aggregates.
DROP VIEW results;
CREATE VIEW results AS
SELECT
    r.result_id,
    r.content_id,
    p.package_sha256,
    r.tenant_id,
    r.action_id,
    r.command_index,
    (SELECT type FROM commands
     WHERE action_id = r.action_id AND command_index = r.command_index) AS command_type,
    r.command_status,
    r.machine_id,
    r.machine_name,
    r.script_name,
    r.exit_code,
    r.parse_status,
    c.diagnostics,
    c.extra,
    c.output_bytes,
    c.error_bytes,
    c.output_sha256,
    c.nul_stripped,
    c.nul_inside,
    c.ps_transcript_path,
    c.ps_transcript_id,
    c.ps_user,
    c.ps_runas_user,
    c.ps_machine,
    c.ps_host_application,
    c.ps_process_id,
    c.ps_version,
    c.ps_started_at,
    c.ps_ended_at,
    (SELECT started_at FROM commands
     WHERE action_id = r.action_id AND command_index = r.command_index) AS started_at,
    (SELECT ended_at FROM commands
     WHERE action_id = r.action_id AND command_index = r.command_index) AS ended_at,
    (SELECT requestor FROM actions WHERE action_id = r.action_id) AS requestor,
    (SELECT requestor_comment FROM actions WHERE action_id = r.action_id) AS requestor_comment,
    r.observed_at,
    r.observed_at_source,
    r.acquired_at,
    r.operator,
    (SELECT source FROM acquisition WHERE number = r.result_id % 1000000000000) AS source,
    r.is_latest,
    CASE WHEN c.has_output THEN (
        SELECT ifnull(group_concat(o.text, ''), '')
        FROM (SELECT text FROM page
              WHERE content_id = r.content_id AND stream = 'output' AND end_byte <= 16777216
              ORDER BY page_no) AS o
    ) END AS script_output,
    CASE WHEN c.has_error THEN (
        SELECT ifnull(group_concat(e.text, ''), '')
        FROM (SELECT text FROM page
              WHERE content_id = r.content_id AND stream = 'error' AND end_byte <= 16777216
              ORDER BY page_no) AS e
    ) END AS script_error
FROM result AS r
LEFT JOIN content AS c ON c.content_id = r.content_id
JOIN package AS p ON p.first_number = r.package_number
WHERE r.is_public = 1;

-- Eight parts of the full-text index lie side by side before they are merged, not four: less is written
-- again and again, and a search looks into a few parts more.
INSERT INTO output_fts (output_fts, rank) VALUES ('automerge', 8);

-- How much an index narrows, for a history of a million results: without it SQLite takes every index
-- for as good as the next. Nothing measures it anew, so plans stay what the tests have seen.
ANALYZE sqlite_schema; -- makes the table; below, reads it
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('result', 'result_content', '1000000 4 1 1'),
    ('result', 'result_content_machine_id', '900000 4 1'),
    ('result', 'result_content_machine_name', '900000 4 1'),
    ('result', 'result_action', '800000 3 1 1'),
    ('result', 'result_machine_id', '900000 2000 1'),
    ('result', 'result_machine_name', '900000 2000 1'),
    ('result', 'result_bare', '1000 1'),
    ('result', 'result_observed', '1000000 1'),
    ('result', 'result_acquired', '1000000 1 1'),
    ('result', 'result_script', '1000000 5000 1'),
    ('result', 'result_script_any_case', '1000000 5000 1'),
    ('result', 'result_exit_code', '1000000 100000 1'),
    ('result', 'result_exit_code_not_0', '80000 1'),
    ('result', 'result_parse_status', '1000000 250000 1'),
    ('result', 'result_not_ok', '20000 1'),
    ('result', 'result_operator', '1000000 100000 1'),
    ('result', 'result_command_status', '800000 300000 1'),
    ('result', 'result_withdrawn', '1000 1'),
    ('result', 'result_package', '1000000 1');
ANALYZE sqlite_schema;
