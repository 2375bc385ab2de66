run init >/dev/null
transcript a.ps1 'a long enough output that is cut' | head -c 90 >cut.json
run_exit 3 ingest cut.json
[ ! -s err ] || fail "stderr: $(cat err)"
equal truncated "$(cut -f 7 out)"
run cat --raw 1 | cmp - cut.json
run_exit 3 ingest -q cut.json
run_exit 5 ingest cut.json missing
{ transcript a.ps1 one; transcript b.ps1 two; } >two.json
run_exit 3 ingest --json two.json
jq -e '.parse_status == "repaired" and .more_values' out >/dev/null || fail "$(cat out)"
