run init >/dev/null
jq -cn '{script_name: "a.ps1", exit_code: 0, script_output: ([range(1; 1001) | "line \(.)\n"] | add)}' | run ingest -q -
run show 1 >out
contains out 'line 20'
grep -q '^line 21$' out && fail "too long"
bytes=$(run cat 1 | tail -n +21 | wc -c)
equal "… $bytes more bytes: lrarchive cat 1" "$(tail -n 1 out)"
