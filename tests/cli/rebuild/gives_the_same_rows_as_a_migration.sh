# An archive that an lrarchive of schema 1 made, with what an archive may hold: the demo's results and
# actions, a duplicate, long texts, a ZIP of two under two machines, a cut and a broken transcript, and
# what a GetFile brought.
tar xzf "$ROOT/tests/data/migration/archive-schema-1.tar.gz" --no-same-owner
export LRARCHIVE_DIR=$PWD/archive-schema-1
equal 1 "$(sql 'PRAGMA user_version')"
run_exit 4 list
contains err "any verb that writes brings it up to date"
dump() {
  for view in results output_pages packages acquisitions actions commands machines cases case_items ledger; do
    echo "== $view"
    sql "SELECT * FROM $view ORDER BY 1, 2, 3"
  done
  # What results repeat of other tables.
  sql "SELECT * FROM result ORDER BY result_id"
  sql "SELECT rowid FROM output_fts WHERE output_fts MATCH '\"svchost.exe\"'"
  sql "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
  sql "SELECT * FROM sqlite_stat1 ORDER BY idx"
}
transcript new.ps1 'from today' >new.json
run ingest -q --machine ws-9 new.json
[ "$(sql 'PRAGMA user_version')" -gt 1 ] || fail "not migrated"
dump >migrated
equal 18 "$(grep -c . <<<"$(sql 'SELECT 1 FROM results')")"
equal ok "$(sql 'PRAGMA integrity_check')"
run verify >/dev/null
run rebuild -q
dump | diff migrated - || fail "a rebuilt database has other rows"
