run init >/dev/null
run_exit 1 stats
contains err 'no result fits'
run_exit 3 ingest "$ROOT/tests/data/demo"
run stats >got
equal 13 "$(wc -l <got)"
contains got "results         $(sql 'SELECT count(*) FROM results') of 3 machines and 7 scripts"
contains got 'parse status    ok: 5; repaired: 1; truncated: 1'
contains got 'command status  Completed: 6; Failed: 1'
contains got 'exit codes      0: 6; 5: 1'
contains got 'packages        1 file of 3,017 bytes'
run stats --json | jq -s . >got
equal "$(sql 'SELECT sum(output_bytes) FROM results')" "$(jq '.[] | select(.by == "all") | .output_bytes' got)"
equal "$(sql 'SELECT min(observed_at) FROM results')" "$(jq -r '.[0].first_observed_at' got)"
equal "$(sql 'SELECT result_id FROM results ORDER BY output_bytes DESC LIMIT 5')" "$(jq '.[] | select(.by == "biggest") | .result_id' got)"
equal "$(sql "SELECT kind || count(*) || '/' || sum(size_bytes) FROM packages GROUP BY kind ORDER BY count(*) DESC")" "$(jq -r '.[] | select(.by == "kind") | "\(.value)\(.packages)/\(.size_bytes)"' got)"
equal '{"by":"exit-code","value":0,"results":6}' "$(jq -c '[.[] | select(.by == "exit-code")][0]' got)"
# Packages have no machine or exit code: with a filter they are not told.
run stats --exit-code 5 >got
contains got 'results         1 of 1 machine and 1 script'
if grep -q packages got; then fail "$(cat got)"; fi
run_exit 1 stats --exit-code 77
contains err 'no result fits'
