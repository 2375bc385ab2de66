run init >/dev/null
run_exit 3 ingest --case c1 --note n "$ROOT/tests/data/demo"
run ingest -q --machine ws-1 "$ROOT/tests/data/demo/3f6c1e52-0a4b-4d0e-9c57-1b8e2f7a9d10_0.json"
dump() {
  for view in results output_pages packages acquisitions actions commands machines cases case_items ledger; do
    echo "== $view"
    sql "SELECT * FROM $view ORDER BY 1, 2, 3"
  done
  sql "SELECT rowid FROM output_fts WHERE output_fts MATCH '\"svchost.exe\"'"
}
dump >before
run rebuild >out
equal "rebuilt: 11 ledger lines, 10 packages, 0 not read" "$(cat out)"
dump | diff before - || fail "other rows"
rm -f archive/history.db*
run rebuild --json | jq -e '.lines == 11 and .packages == 10 and .unparsed == 0' >/dev/null
dump | diff before - || fail "other rows without the old database"
run verify >/dev/null
equal "" "$(run rebuild -q --retry-unparsed)"
