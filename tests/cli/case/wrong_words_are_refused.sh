run init >/dev/null
transcript a.ps1 'output\n' >a.json
run ingest -q a.json
run_exit 0 case create IR-7
wrong() {
  run_exit 2 case "$@"
  [ -s err ] || fail "case $*: says nothing"
}
wrong
wrong make IR-8
wrong create
wrong create ../x
wrong create ''
wrong create "$(printf 'a%.0s' {1..129})"
wrong create IR-7
wrong create IR-8 --reason why
wrong add IR-7
wrong add IR-7 1 --search words
wrong add IR-7 1 --machine ws-1
wrong remove IR-7
wrong remove IR-7 --search words
wrong note IR-7
wrong list IR-7
wrong show
wrong note IR-7 "$(printf 'bad \xff byte')"
run_exit 1 case show IR-8
contains err "lrarchive case create"
run_exit 1 case add IR-7 12345
equal 1 "$(ledger .event | grep -c case_)"
