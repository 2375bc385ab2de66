run init >/dev/null
transcript a.ps1 one | run ingest -q -
sqlite3 other.db 'CREATE TABLE t (a)'
before=$(sha256sum archive/history.db other.db archive/ledger/*)
for sql in 'DELETE FROM ledger' 'DROP VIEW results' "UPDATE package SET kind = 'x'" 'CREATE TABLE x (a)' 'PRAGMA user_version = 9' 'VACUUM' \
  "INSERT INTO output_fts (output_fts) VALUES ('optimize')" "ATTACH 'other.db' AS o; INSERT INTO o.t VALUES (1)" \
  "ATTACH 'file:other.db?mode=rw' AS o" "ATTACH 'new.db' AS n; CREATE TABLE n.t (a)"; do
  echo "$sql;" | "$LRARCHIVE" shell >out 2>err && fail "$sql: $(cat out)"
  [ -s err ] || fail "$sql said nothing"
done
echo 'PRAGMA user_version = 9; PRAGMA journal_mode = DELETE;' | "$LRARCHIVE" shell >out 2>err || true
equal "$before" "$(sha256sum archive/history.db other.db archive/ledger/*)"
[ ! -e new.db ] || fail "a database was made"
# What the archive's own file says is not trusted with functions.
equal 0 "$(echo 'PRAGMA trusted_schema;' | run shell)"
