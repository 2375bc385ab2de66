run init >/dev/null
run_exit 3 ingest "$ROOT/tests/data/demo"
run list --json | jq -s . >out
equal "$(sql 'SELECT count(*) FROM results')" "$(jq length out)"
sql 'SELECT name FROM pragma_table_info("results") WHERE name NOT IN ("script_output", "script_error")' | sort >columns
jq -r '.[0] | keys[]' out | sort | diff columns - || fail "other columns"
equal "$(sql 'SELECT sum(exit_code) FROM results')" "$(jq '[.[].exit_code] | add' out)"
