run init >/dev/null
run_exit 1 list
[ ! -s out ] || fail "stdout: $(cat out)"
[ "$(wc -l <err)" -eq 1 ] || fail "stderr: $(cat err)"
run_exit 1 list -q
[ ! -s err ] || fail "stderr with -q: $(cat err)"
run_exit 1 list --json
[ ! -s out ] || fail "stdout: $(cat out)"
jq -e .notice err >/dev/null
