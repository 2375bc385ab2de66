run init >/dev/null
transcript a.ps1 'one\ntwo' bad | run ingest -q -
transcript j.ps1 '{"a":1}\n{"a":2}\n' | run ingest -q -
extension=${LRARCHIVE%/*}/lrarchive
sqlite3 -readonly archive/history.db ".load $extension" \
  'SELECT script_name, stream, line_no, line FROM results, output_lines(content_id) WHERE result_id = 1;' \
  "SELECT sum(json_extract(value, '\$.a')) FROM results, json_each(output_json(content_id)) WHERE result_id = 2;" >out
printf '%s\n' 'a.ps1|output|1|one' 'a.ps1|output|2|two' 'a.ps1|error|1|bad' 3 | diff - out || fail "$(cat out)"

# A Python whose sqlite3 may load extensions; Debian's may.
python=$(command -v /usr/bin/python3 || command -v python3)
"$python" - "$extension" <<'P' || fail "in Python"
import sqlite3, sys

def connect(name, **more):
    connection = sqlite3.connect(name, **more)
    connection.enable_load_extension(True)
    connection.load_extension(sys.argv[1])
    return connection

archive = connect('file:archive/history.db?mode=ro', uri=True)
assert archive.execute('SELECT * FROM output_lines(?)', (1,)).fetchall() == [
    ('output', 1, 'one'), ('output', 2, 'two'), ('error', 1, 'bad')]
assert archive.execute('SELECT output_json(?)', (2,)).fetchone() == ('[{"a":1},{"a":2}]',)
assert archive.execute('SELECT output_json(1), output_json(NULL), output_json(?)', ('x' * 99999,)).fetchone() == (None,) * 3
archive.close()

def refuses(connection, sql, word):
    try:
        rows = connection.execute(sql).fetchall()
    except sqlite3.Error as error:
        assert word in str(error), error
    else:
        raise AssertionError((sql, rows))

BOTH = 'SELECT * FROM output_lines(1)', 'SELECT output_json(1)'
other = connect(':memory:')
for sql in BOTH:
    refuses(other, sql, 'no history.db of this lrarchive')
refuses(other, 'SELECT * FROM output_lines', 'needs a content_id')
# A foreign file cannot call them from its own views, nor make them call themselves without end.
other.execute('CREATE VIEW v AS SELECT * FROM output_lines(1)')
refuses(other, 'SELECT * FROM v', 'unsafe')
other.execute("""CREATE VIEW output_pages AS SELECT 1 AS content_id, stream, line_no AS page_no, 1 AS start_line,
    line || output_json(1) AS text FROM output_lines(1)""")
for sql in BOTH:
    refuses(other, sql, 'unsafe')
other.execute('DROP VIEW output_pages')
# Nonsense in place of pages is read as well as can be.
other.execute('CREATE TABLE output_pages (content_id, stream, page_no, start_line, text)')
other.executemany('INSERT INTO output_pages VALUES (1, ?, ?, ?, ?)', [
    ('output', 1, 2**63 - 1, 'a\nb'), ('output', 5, -7, None), ('output', 5, 'x', 7), ('output', 2**63 - 1, 1, b'\xc3\xa9\nd'),
    ('error', -3, 0, 'e'), ('error', 2**62, None, 'f\n')])
rows = other.execute('SELECT line_no, line FROM output_lines(1) WHERE stream = ?', ('output',)).fetchall()
assert [line for _, line in rows] == ['a', 'b7é', 'd'], rows
for bound in (-2**63, -1, 0, 1, 2, 3, 2**31, 2**62, 2**63 - 1):
    for operator in '=', '<', '<=', '>', '>=':
        other.execute(f'SELECT count(*) FROM output_lines(1) WHERE line_no {operator} ?', (bound,)).fetchone()
# It can be closed with a statement half read.
cursor = other.execute('SELECT * FROM output_lines(1)')
cursor.fetchone()
other.close()
P
