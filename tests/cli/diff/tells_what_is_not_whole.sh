run init >/dev/null
transcript s.ps1 'a\nb\nc\n' | run ingest -q -
transcript s.ps1 'a\nb\nc\nd\n' | head -c 60 >cut.json
run_exit 3 ingest cut.json
run_exit 1 diff 1 2
contains err 'result 2 is truncated: its end is missing'
equal 1 "$(wc -l <err)"
run_exit 1 diff --json 1 2
equal truncated "$(jq -r 'select(.summary) | .summary.to_parse_status' out)"
printf '{"script_name":"s.ps1","script_output":"a\\n","b" "c"}' >invalid.json
run_exit 3 ingest invalid.json
run_exit 1 diff 3 1
contains err 'result 3 is invalid'
