-- history.db, version 1. An index: everything here can be made anew from evidence/ and ledger/.
--
-- People read the views results, output_pages, packages, acquisitions, cases and case_items, the
-- tables actions, commands, machines and ledger, and the full-text table output_fts. The other
-- tables are what those are made of, and may change from one version to the next.
--
-- Times are UTC, "2023-03-18T21:04:01.9200000Z", so that their order as texts is their order in
-- time. Hashes are lower-case hex. Sizes and offsets are in bytes. Names and GUIDs of machines,
-- actions and cases compare in any case (ASCII).

PRAGMA application_id = 1819435378; -- "lrar"

-- Every line of ledger/*.jsonl, as a row.
CREATE TABLE ledger (
    number         INTEGER PRIMARY KEY, -- from 1, in the order of events
    event          TEXT NOT NULL, -- ingested, duplicate, adopted, rejected, sealed, ...
    time           TEXT NOT NULL, -- the archive's clock when the line was written
    operator       TEXT,          -- who acted, as claimed
    os_user        TEXT,          -- account the program ran under, as observed
    host           TEXT,          -- computer it ran on, as observed
    tool           TEXT,          -- program and version
    prev           TEXT NOT NULL, -- SHA-256 of the line before, without its LF; 64 zeros in line 1
    package_sha256 TEXT,          -- raw bytes the line is about
    size_bytes     INTEGER,       -- of those bytes; of the file in a "sealed" line
    segment        TEXT,          -- file in evidence/ that holds the bytes
    offset         INTEGER,       -- first byte of the data members in the segment
    stored_bytes   INTEGER,       -- of the data members: cut out, they inflate to the raw bytes
    entry_segment  TEXT,          -- file in evidence/ that the event added to
    entry_offset   INTEGER,       -- first byte of what it added
    entry_bytes    INTEGER,       -- of all it added, headers and receipt too, as stored
    entry_sha256   TEXT,          -- of those stored bytes
    line           TEXT NOT NULL, -- the line as it stands in the file, without its LF
    line_sha256    TEXT NOT NULL, -- of the line; the next line's prev
    ledger_file    INTEGER NOT NULL, -- number of the file in ledger/ that holds the line
    ledger_offset  INTEGER NOT NULL  -- byte in that file behind the line's LF
);

-- How long each file in evidence/ is according to the ledger.
CREATE TABLE segment (
    name               TEXT PRIMARY KEY, -- "results-000001.tar.gz"
    acknowledged_bytes INTEGER NOT NULL, -- end of the last entry or seal a line tells of
    sealed_number      INTEGER           -- ledger line that sealed it; NULL: still open
) WITHOUT ROWID;

-- Each stored package once.
CREATE TABLE package (
    first_number   INTEGER PRIMARY KEY, -- ledger line that stored the bytes
    package_sha256 TEXT NOT NULL UNIQUE, -- of the raw bytes
    size_bytes     INTEGER NOT NULL, -- raw
    segment        TEXT NOT NULL,    -- file in evidence/
    offset         INTEGER NOT NULL, -- first byte of the data members in it
    stored_bytes   INTEGER NOT NULL, -- of the data members
    content_kind   TEXT, -- by content alone: transcript, action, file; NULL: not read yet
    kind           TEXT, -- content_kind; "file" when a GetFile command and no other brought it
    parse_status   TEXT, -- ok, repaired, truncated, invalid; NULL: nothing to judge
    diagnostics    TEXT, -- JSON array of {code, count, offset}, of the package as a whole
    unparsed       TEXT, -- why it was not read; NULL: it was
    parsed_by      TEXT  -- version of the program that read it, or gave up
);
CREATE INDEX package_unparsed ON package (first_number) WHERE unparsed IS NOT NULL;

-- Every coming-in of a package.
CREATE TABLE acquisition (
    number            INTEGER PRIMARY KEY, -- ledger line
    event             TEXT NOT NULL, -- ingested, duplicate, adopted
    package_number    INTEGER NOT NULL REFERENCES package (first_number),
    acquired_at       TEXT NOT NULL, -- the archive's clock
    operator          TEXT, -- who brought it, as claimed
    os_user           TEXT, -- as observed
    host              TEXT, -- as observed
    tool              TEXT, -- program and version
    source            TEXT, -- path as given, or "stdin"
    file_mtime        TEXT, -- last change of the file it came from
    given_observed_at TEXT, -- what the operator gave with --observed
    tenant_id         TEXT COLLATE NOCASE, -- as given
    action_id         TEXT COLLATE NOCASE, -- as given
    command_index     INTEGER, -- position of the command in the action, from 0, as given
    machine_id        TEXT COLLATE NOCASE, -- as given
    machine_name      TEXT COLLATE NOCASE, -- as given
    case_name         TEXT, -- case it was added to
    note              TEXT, -- the operator's words
    is_get_file       INTEGER NOT NULL DEFAULT 0 -- 1: its command is known to be a GetFile
);
CREATE INDEX acquisition_package
    ON acquisition (package_number, is_get_file, action_id, command_index);
CREATE INDEX acquisition_action ON acquisition (action_id, command_index)
    WHERE action_id IS NOT NULL;
CREATE INDEX acquisition_machine_id ON acquisition (machine_id) WHERE machine_id IS NOT NULL;
CREATE INDEX acquisition_machine_name ON acquisition (machine_name)
    WHERE machine_name IS NOT NULL;

-- One normalised transcript: a package, or a member of a package's ZIP.
CREATE TABLE content (
    content_id         INTEGER PRIMARY KEY, -- ledger number + 10^12 * member_index
    package_number     INTEGER NOT NULL REFERENCES package (first_number),
    member_index       INTEGER NOT NULL, -- position in the ZIP, from 0; 0 outside a ZIP
    state              INTEGER NOT NULL, -- 0 being written, 1 public, 2 withdrawn: a GetFile's file
    script_name        TEXT, -- as the transcript says
    exit_code          INTEGER,
    parse_status       TEXT, -- ok, repaired, truncated, invalid
    diagnostics        TEXT, -- JSON array of {code, count, offset}
    extra              TEXT, -- JSON object of the keys that are not known
    has_output         INTEGER, -- 0: script_output is absent
    has_error          INTEGER, -- 0: script_error is absent
    output_bytes       INTEGER, -- of the normalised text, UTF-8
    error_bytes        INTEGER, -- of the normalised text, UTF-8
    output_sha256      TEXT,    -- of the normalised output; NULL where absent
    nul_stripped       INTEGER, -- NULs removed from the ends of output and error
    nul_inside         INTEGER, -- NULs inside them that became U+2400
    ps_transcript_path TEXT, -- PowerShell's transcript file on the machine
    ps_transcript_id   TEXT, -- its id, without braces
    ps_user            TEXT,
    ps_runas_user      TEXT,
    ps_machine         TEXT,
    ps_host_application TEXT,
    ps_process_id      INTEGER,
    ps_version         TEXT,
    ps_started_at      TEXT, -- the machine's local time, no Z
    ps_ended_at        TEXT  -- the machine's local time, no Z
);
CREATE INDEX content_package ON content (package_number, member_index);
CREATE INDEX content_unfinished ON content (content_id) WHERE state = 0;

-- The texts, in pages of at most 64 KiB.
CREATE TABLE page (
    page_id    INTEGER PRIMARY KEY,
    content_id INTEGER NOT NULL REFERENCES content (content_id),
    stream     TEXT NOT NULL, -- output, error
    page_no    INTEGER NOT NULL, -- from 1 in each stream
    end_byte   INTEGER NOT NULL, -- bytes of the stream up to the end of this page
    text       TEXT NOT NULL
);
CREATE UNIQUE INDEX page_place ON page (content_id, stream, page_no, end_byte);

-- Pages of contents in state 2: kept, since another coming-in may make them public again, but out
-- of sight and of the full-text index.
CREATE TABLE withdrawn_page (
    content_id INTEGER NOT NULL REFERENCES content (content_id),
    stream     TEXT NOT NULL,
    page_no    INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    text       TEXT NOT NULL
);
CREATE UNIQUE INDEX withdrawn_page_place ON withdrawn_page (content_id, stream, page_no);

-- Full-text index over the pages: rowid is page_id.
CREATE VIRTUAL TABLE output_fts USING fts5 (
    text,
    content = 'page',
    content_rowid = 'page_id',
    detail = full,
    tokenize = 'unicode61'
);
INSERT INTO output_fts (output_fts, rank) VALUES ('hashsize', 4194304); -- bytes gathered in memory
INSERT INTO output_fts (output_fts, rank) VALUES ('pgsz', 16000); -- bytes: one page of the database

-- What a content means: where and when that output was printed.
CREATE TABLE result (
    result_id          INTEGER PRIMARY KEY, -- ledger line that made it + 10^12 * member_index
    content_id         INTEGER NOT NULL REFERENCES content (content_id),
    tenant_id          TEXT COLLATE NOCASE, -- the action's where known, else as given
    action_id          TEXT COLLATE NOCASE,
    command_index      INTEGER, -- from 0
    machine_id         TEXT COLLATE NOCASE, -- the action's where known, else as given
    machine_name       TEXT COLLATE NOCASE, -- the action's where known, else as given
    observed_at        TEXT NOT NULL, -- best known
    observed_at_source TEXT NOT NULL, -- command, action, given, file_mtime, acquired
    is_latest          INTEGER NOT NULL, -- 1: the best of its action and index, or has no action
    acquired_at        TEXT NOT NULL, -- of the ledger line that made it
    file_mtime         TEXT, -- the rest as the acquisitions gave it
    given_observed_at  TEXT,
    given_tenant_id    TEXT COLLATE NOCASE,
    given_machine_id   TEXT COLLATE NOCASE,
    given_machine_name TEXT COLLATE NOCASE
);
CREATE INDEX result_content ON result (content_id, action_id, command_index);
CREATE INDEX result_action ON result (action_id, command_index, is_latest)
    WHERE action_id IS NOT NULL;
CREATE INDEX result_machine_id ON result (machine_id, content_id) WHERE machine_id IS NOT NULL;
CREATE INDEX result_machine_name ON result (machine_name, content_id)
    WHERE machine_name IS NOT NULL;
CREATE INDEX result_observed ON result (observed_at);
CREATE INDEX result_bare ON result (content_id)
    WHERE action_id IS NULL AND machine_id IS NULL AND machine_name IS NULL;

-- What packages have said of machine actions: actions and commands are merged from it, and again
-- when a package is no word of the service after all. The same words again are the same state.
CREATE TABLE action_state (
    state_id               INTEGER PRIMARY KEY,
    action_id              TEXT NOT NULL COLLATE NOCASE, -- GUID
    words_sha256           TEXT NOT NULL, -- of all that was said, commands too
    tenant_id              TEXT, -- from here as in actions
    type                   TEXT,
    status                 TEXT,
    title                  TEXT,
    requestor              TEXT,
    requestor_comment      TEXT,
    machine_id             TEXT COLLATE NOCASE,
    machine_name           TEXT COLLATE NOCASE,
    external_id            TEXT,
    request_source         TEXT,
    cancellation_requestor TEXT,
    cancellation_comment   TEXT,
    scope                  TEXT,
    error_hresult          TEXT,
    created_at             TEXT,
    last_updated_at        TEXT,
    cancelled_at           TEXT
);
CREATE UNIQUE INDEX action_state_words ON action_state (action_id, words_sha256);
CREATE INDEX action_state_machine_id ON action_state (machine_id) WHERE machine_id IS NOT NULL;
CREATE INDEX action_state_machine_name ON action_state (machine_name)
    WHERE machine_name IS NOT NULL;

-- Which packages said it.
CREATE TABLE state_source (
    package_sha256 TEXT NOT NULL,
    action_id      TEXT NOT NULL COLLATE NOCASE,
    state_id       INTEGER NOT NULL REFERENCES action_state (state_id),
    number         INTEGER NOT NULL, -- ledger line under which the package was read
    PRIMARY KEY (package_sha256, action_id, state_id)
) WITHOUT ROWID;
CREATE INDEX state_source_state ON state_source (state_id);

CREATE TABLE command_state (
    state_id      INTEGER NOT NULL REFERENCES action_state (state_id),
    command_index INTEGER NOT NULL, -- from here as in commands
    type          TEXT,
    status        TEXT,
    script_name   TEXT,
    started_at    TEXT,
    ended_at      TEXT,
    params        TEXT,
    errors        TEXT,
    PRIMARY KEY (state_id, command_index)
) WITHOUT ROWID;

-- Machine actions of the service: of each value the latest that is known.
CREATE TABLE actions (
    action_id              TEXT NOT NULL COLLATE NOCASE UNIQUE, -- GUID
    number                 INTEGER NOT NULL, -- ledger line of the package with the latest state
    package_sha256         TEXT NOT NULL,    -- that package
    tenant_id              TEXT COLLATE NOCASE,
    type                   TEXT, -- LiveResponse, ...
    status                 TEXT, -- Pending, InProgress, Succeeded, Failed, TimeOut, Cancelled
    title                  TEXT,
    requestor              TEXT, -- account or app that asked for it
    requestor_comment      TEXT,
    machine_id             TEXT COLLATE NOCASE,
    machine_name           TEXT COLLATE NOCASE, -- computerDnsName
    external_id            TEXT,
    request_source         TEXT,
    cancellation_requestor TEXT,
    cancellation_comment   TEXT,
    scope                  TEXT,
    error_hresult          TEXT, -- as written
    created_at             TEXT, -- the service's clock
    last_updated_at        TEXT, -- the service's clock
    cancelled_at           TEXT, -- the service's clock
    command_count          INTEGER NOT NULL -- rows in commands
);

-- The commands of those actions.
CREATE TABLE commands (
    action_id     TEXT NOT NULL COLLATE NOCASE,
    command_index INTEGER NOT NULL, -- from 0
    type          TEXT, -- RunScript, GetFile, PutFile
    status        TEXT, -- Created, Completed, Failed
    script_name   TEXT, -- the param ScriptName
    started_at    TEXT, -- the service's clock
    ended_at      TEXT, -- the service's clock
    params        TEXT, -- JSON array of {key, value}
    errors        TEXT, -- JSON array
    UNIQUE (action_id, command_index)
);

-- Machines that actions or acquisitions have named.
CREATE TABLE machines (
    machine_id    TEXT COLLATE NOCASE, -- the service's id; NULL: only a name is known
    machine_name  TEXT COLLATE NOCASE, -- the last known
    tenant_id     TEXT COLLATE NOCASE,
    first_seen_at TEXT, -- earliest and latest of: an action's created_at and last_updated_at; an
    last_seen_at  TEXT  -- acquisition's given_observed_at, else its acquired_at
);
CREATE UNIQUE INDEX machines_id ON machines (machine_id) WHERE machine_id IS NOT NULL;
CREATE INDEX machines_name ON machines (machine_name) WHERE machine_name IS NOT NULL;

CREATE TABLE case_record (
    created_number INTEGER PRIMARY KEY, -- ledger line that first named the case
    case_name      TEXT NOT NULL COLLATE NOCASE UNIQUE,
    created_at     TEXT NOT NULL, -- the archive's clock
    operator       TEXT -- who, as claimed
);

CREATE TABLE case_item (
    case_number    INTEGER NOT NULL REFERENCES case_record (created_number),
    item_number    INTEGER NOT NULL, -- from 1, in the order of adding
    package_number INTEGER NOT NULL REFERENCES package (first_number),
    added_at       TEXT NOT NULL,    -- the archive's clock
    added_number   INTEGER NOT NULL, -- ledger line that added it
    operator       TEXT, -- who, as claimed
    PRIMARY KEY (case_number, item_number),
    UNIQUE (case_number, package_number)
) WITHOUT ROWID;

CREATE VIEW output_pages AS
SELECT p.page_id, p.content_id, p.stream, p.page_no, p.text
FROM page AS p
JOIN content AS c ON c.content_id = p.content_id
WHERE c.state = 1;

-- The two texts are computed only where a query names them: whole pages up to 16 MiB.
CREATE VIEW results AS
SELECT
    r.result_id,
    r.content_id,
    p.package_sha256,
    r.tenant_id,
    r.action_id,
    r.command_index,
    k.type AS command_type,
    k.status AS command_status,
    r.machine_id,
    r.machine_name,
    ifnull(c.script_name, k.script_name) AS script_name,
    c.exit_code,
    c.parse_status,
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
    k.started_at,
    k.ended_at,
    a.requestor,
    a.requestor_comment,
    r.observed_at,
    r.observed_at_source,
    r.acquired_at,
    q.operator,
    q.source,
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
JOIN content AS c ON c.content_id = r.content_id AND c.state = 1
JOIN package AS p ON p.first_number = c.package_number
LEFT JOIN acquisition AS q ON q.number = r.result_id % 1000000000000
LEFT JOIN actions AS a ON a.action_id = r.action_id
LEFT JOIN commands AS k ON k.action_id = r.action_id AND k.command_index = r.command_index;

CREATE VIEW packages AS
SELECT
    p.package_sha256,
    p.kind,
    p.size_bytes,
    p.segment,
    p.offset,
    p.stored_bytes,
    p.first_number,
    q.acquired_at AS first_acquired_at,
    CASE WHEN p.kind = p.content_kind THEN p.parse_status END AS parse_status,
    CASE WHEN p.kind = p.content_kind THEN p.diagnostics END AS diagnostics,
    p.unparsed,
    p.parsed_by
FROM package AS p
LEFT JOIN acquisition AS q ON q.number = p.first_number;

CREATE VIEW acquisitions AS
SELECT
    q.number,
    q.event,
    p.package_sha256,
    q.acquired_at,
    q.operator,
    q.os_user,
    q.host,
    q.tool,
    q.source,
    q.file_mtime,
    q.given_observed_at,
    q.tenant_id,
    q.action_id,
    q.command_index,
    q.machine_id,
    q.machine_name,
    q.case_name,
    q.note
FROM acquisition AS q
JOIN package AS p ON p.first_number = q.package_number;

CREATE VIEW cases AS
SELECT
    c.case_name,
    c.created_at,
    c.created_number,
    c.operator,
    (SELECT count(*) FROM case_item AS i WHERE i.case_number = c.created_number) AS item_count
FROM case_record AS c;

CREATE VIEW case_items AS
SELECT
    c.case_name,
    printf('%s-%04d', c.case_name, i.item_number) AS exhibit,
    p.package_sha256,
    i.added_at,
    i.added_number,
    i.operator
FROM case_item AS i
JOIN case_record AS c ON c.created_number = i.case_number
JOIN package AS p ON p.first_number = i.package_number;
