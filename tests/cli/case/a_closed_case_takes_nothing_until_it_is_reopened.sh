run init >/dev/null
transcript a.ps1 'output\n' >a.json
run ingest -q a.json
run_exit 0 case create IR-7
run_exit 0 case close IR-7 --reason 'handed over'
equal closed "$(sql 'SELECT status FROM cases')"
for step in 'add IR-7 1' 'remove IR-7 1' 'note IR-7 words' 'close IR-7'; do
  # shellcheck disable=SC2086  # a list of words
  run_exit 2 case $step
  contains err "lrarchive case reopen IR-7"
done
run_exit 0 case reopen IR-7 --reason 'new finding'
run case add IR-7 1 >/dev/null
equal "open|" "$(sql 'SELECT status, closed_at FROM cases')"
run_exit 2 case reopen IR-7
contains err "is open"
