run init >/dev/null
transcript s.ps1 "$(printf '%050d' 0)x" | run ingest -q -
transcript s.ps1 "$(printf '%050d' 0)y" | run ingest -q -
for option in --ignore --mask; do
  run_exit 2 diff "$option" '(a' 1 2
  contains err "$option"
  contains err 'missing closing parenthesis'
  contains err 'byte 2'
  for how in '' --set; do
    # shellcheck disable=SC2086
    run_exit 3 diff $how "$option" '(0+)+[ab]$' 1 2
    contains err 'result 1, line 1: the regular expression "(0+)+[ab]$" passed the limit of 1000000 steps'
    [ ! -s out ] || fail "an answer: $(cat out)"
  done
done
run_exit 3 diff --json --mask '(0+)+[ab]$' 1 2
equal limit "$(jq -r .code err)"
run_exit 2 diff --json --mask '(a' 1 2
equal 2 "$(jq .offset err)"
run_exit 2 diff --mask '' 1 2
