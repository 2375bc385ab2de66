-- history.db, version 3: at a million packages what costs is each index in which the next row may fall
-- anywhere. Where a number of our own says the same as a hash or an id, the number is the key.

-- Where each state of an action was read.
CREATE TABLE state_origin (
    package_number INTEGER NOT NULL REFERENCES package (first_number),
    action_id      TEXT NOT NULL COLLATE NOCASE,
    state_id       INTEGER NOT NULL REFERENCES action_state (state_id),
    number         INTEGER NOT NULL, -- ledger line under which the package was read
    PRIMARY KEY (package_number, action_id, state_id)
) WITHOUT ROWID;
INSERT INTO state_origin (package_number, action_id, state_id, number)
    SELECT p.first_number, s.action_id, s.state_id, s.number
    FROM package AS p CROSS JOIN state_source AS s ON s.package_sha256 = p.package_sha256;
DROP TABLE state_source;
ALTER TABLE state_origin RENAME TO state_source;
CREATE INDEX state_source_state ON state_source (state_id);

-- A hash is known by its beginning; which state has the same words is seen in its row.
DROP INDEX action_state_words;
CREATE INDEX action_state_words ON action_state (action_id, substr(words_sha256, 1, 8));

-- How many acquisitions and states of actions name a machine so: what nothing names any more goes
-- from machines.
CREATE TABLE machine_naming (
    machine_id   TEXT NOT NULL COLLATE NOCASE, -- '': not named
    machine_name TEXT NOT NULL COLLATE NOCASE, -- '': not named
    count        INTEGER NOT NULL, -- never 0
    PRIMARY KEY (machine_id, machine_name)
) WITHOUT ROWID;
CREATE INDEX machine_naming_name ON machine_naming (machine_name);
INSERT INTO machine_naming (machine_id, machine_name, count)
    SELECT ifnull(machine_id, ''), ifnull(machine_name, ''), 1 FROM acquisition
    WHERE machine_id <> '' OR machine_name <> ''
    ON CONFLICT DO UPDATE SET count = count + 1;
INSERT INTO machine_naming (machine_id, machine_name, count)
    SELECT ifnull(machine_id, ''), ifnull(machine_name, ''), 1 FROM action_state
    WHERE machine_id <> '' OR machine_name <> ''
    ON CONFLICT DO UPDATE SET count = count + 1;
DROP INDEX acquisition_machine_id;
DROP INDEX acquisition_machine_name;
DROP INDEX action_state_machine_id;
DROP INDEX action_state_machine_name;
