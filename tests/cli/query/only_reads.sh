run init >/dev/null
transcript a.ps1 one | run ingest -q -
before=$(sha256sum <archive/history.db)
for sql in 'DELETE FROM ledger' 'DROP TABLE ledger' "UPDATE ledger SET event = ''" 'CREATE TABLE t (a)' 'CREATE TEMP TABLE t (a)' \
  "ATTACH 'other.db' AS o" 'PRAGMA journal_mode = DELETE' 'PRAGMA user_version = 9' 'VACUUM' "VACUUM INTO 'other.db'" \
  "SELECT load_extension('x')" "SELECT writefile('x', 'y')" 'BEGIN' 'SELECT 1; DELETE FROM ledger' 'SELECT 1; SELECT 2' \
  "INSERT INTO output_fts (output_fts) VALUES ('optimize')" '' 'SELECT' 'SELECT nothing FROM results'; do
  run_exit 2 query "$sql"
  [ ! -s out ] || fail "$sql: $(cat out)"
done
equal "$before" "$(sha256sum <archive/history.db)"
[ ! -e other.db ] || fail "a file was written"
run_exit 2 query 'SELECT 1 FROM nowhere'
contains err 'nowhere'
