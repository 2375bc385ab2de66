run init >/dev/null
run_exit 1 stack
[ ! -s out ] || fail "$(cat out)"
equal 'no result fits' "$(cat err)"
run_exit 1 stack --json
equal 0 "$(jq .summary.results out)"
transcript s.ps1 'a\n' | run ingest -q -
run_exit 1 stack --script t.ps1
run_exit 1 stack --most 1 --ignore a
[ ! -s out ] || fail "$(cat out)"
