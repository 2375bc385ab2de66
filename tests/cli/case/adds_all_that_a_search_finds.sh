# A text that several results share, and each package once.
run init >/dev/null
for n in 1 2 3; do transcript "s$n.ps1" "svchost.exe $n\nsvchost.exe again\n" >"$n.json"; done
transcript other.ps1 'nothing\n' >4.json
run ingest -q --machine ws-1 1.json 2.json
run ingest -q --machine ws-2 3.json 4.json
run ingest -q --machine ws-3 1.json
run_exit 0 case create IR-7
equal 2 "$(run case add IR-7 --search svchost.exe --machine ws-1 --reason hunt | grep -c ^added)"
run_exit 0 case add IR-7 --search SVCHOST.exe
equal 1 "$(grep -c ^added out)"
equal "2|3" "$(sql "SELECT count(*) FILTER (WHERE reason = 'hunt'), count(*) FROM case_items")"
run_exit 1 case add IR-7 --search 'no such words'
contains err "nothing is added"
