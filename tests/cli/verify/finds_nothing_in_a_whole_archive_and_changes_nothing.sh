run init >/dev/null
run_exit 3 ingest "$ROOT/tests/data/demo"
snapshot() { find archive -type f ! -name 'history.db-*' -exec sha256sum {} + | sort; }
snapshot >before
run verify >out
equal "verified: 10 ledger lines, 10 packages ($(sql 'SELECT sum(size_bytes) FROM packages') bytes), 2 segments, $(sql 'SELECT count(output_sha256) FROM results') outputs: no damage" "$(cat out)"
run verify --json | jq -e '.status == "ok" and .summary.lines == 10 and .summary.damages == 0' >/dev/null
equal "" "$(run verify -q)"
run verify --quick | grep -q "no damage"
snapshot | diff before - || fail "verify changed files"
