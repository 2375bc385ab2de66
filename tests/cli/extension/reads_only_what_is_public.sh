# Both functions ask the view and nothing else: a content that is being written is not there.
run init >/dev/null
transcript a.ps1 '{}' | run ingest -q -
equal '1' "$(run query "SELECT count(*) FROM output_lines(1)" | tail -n 1)"
cp archive/history.db other.db
sqlite3 other.db 'UPDATE content SET state = 0'
cp other.db archive/history.db
equal '0' "$(run query "SELECT count(*) FROM output_lines(1)" | tail -n 1)"
equal '1' "$(run query "SELECT output_json(1) IS NULL" | tail -n 1)"
run query 'SELECT 1' >/dev/null
# And loading anything else stays off.
run_exit 2 query "SELECT load_extension('${LRARCHIVE%/*}/lrarchive.so')"
