run init >/dev/null
transcript s.ps1 'a\nb\n' err | run ingest -q --machine ws-1 -
transcript s.ps1 'a\nb\n' err | run ingest -q --machine ws-2 -
transcript s.ps1 'a\nc\n' err | run ingest -q --machine ws-1 -
transcript none.ps1 '' | run ingest -q -
run diff 1 1 >out
[ ! -s out ] || fail "the same printed $(cat out)"
jq -cn '{script_name: "t.ps1", exit_code: 7, script_output: "a\r\nb\r\n"}' | run ingest -q -
run diff 1 5 >out
[ ! -s out ] || fail "the same text of another package printed $(cat out)"
run_exit 1 diff 1 3
[ -s out ] && [ ! -s err ] || fail "$(cat out err)"
run_exit 1 diff -q 1 3
[ ! -s out ] && [ ! -s err ] || fail "-q: $(cat out err)"
run_exit 1 diff -q --set --json 1 3
[ ! -s out ] && [ ! -s err ] || fail "-q: $(cat out err)"
run_exit 1 diff -q 1 4
run_exit 0 diff --error 1 3
run_exit 1 diff --error 1 4
contains out -err
run_exit 1 diff 1 9
contains err 'no result has the number 9'
