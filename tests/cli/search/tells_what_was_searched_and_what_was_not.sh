run init >/dev/null
run_exit 1 search x
equal 'searched 0 results to ledger line 0' "$(cat err)"
transcript a.ps1 one | run ingest -q -
transcript b.ps1 two | head -c 60 >cut.json
run_exit 3 ingest cut.json
printf '{"script_name":"c.ps1","script_output":"three"!}' >broken.json
run_exit 3 ingest broken.json
printf 'MZ file' >file.bin
printf 'MZ other' >other.bin
run ingest -q file.bin other.bin
run ingest -q "$ROOT/tests/data/demo/machineaction-ws-017.json"
run_exit 1 search zzz
equal 'searched 3 results to ledger line 6; not searched: 2 files, 1 machine action; incomplete: 1 truncated, 1 invalid' "$(cat err)"
run_exit 0 search one --json
equal '{"hits":1,"results_with_hits":1,"file_hits":0,"searched_results":3,"searched_files":0,"ledger_number":6,"not_searched_files":2,"not_searched_actions":1,"not_searched_unparsed":0,"incomplete_truncated":1,"incomplete_invalid":1,"incomplete_long_lines":0,"incomplete_limited_lines":0,"reached_limit":false}' "$(tail -n 1 out | jq -c .summary)"
[ ! -s err ] || fail "$(cat err)"
run_exit 1 search zzz --json
equal 1 "$(wc -l <out)"
equal 0 "$(jq .summary.hits out)"
# A filter narrows the denominator, too.
run_exit 1 search zzz --parse-status truncated
contains err 'searched 1 result to'
run_exit 1 search --substring zzz --files
equal 'searched 3 results and 2 files to ledger line 6; not searched: 1 machine action; incomplete: 1 truncated, 1 invalid' "$(cat err)"
# -q takes the sentence away, not the answer.
run_exit 1 search -q zzz
[ ! -s err ] || fail "$(cat err)"
run search -q one >out
equal 2 "$(wc -l <out)"
run_exit 1 search -q zzz --json
equal 0 "$(jq .summary.hits out)"
