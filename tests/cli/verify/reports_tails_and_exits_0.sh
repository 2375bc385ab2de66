run init >/dev/null
transcript a.ps1 text | run ingest -q -
printf 'half an entry' >>archive/evidence/results-000001.tar.gz
printf '{"number":2,"ev' >>archive/ledger/000001.jsonl
run verify >out
grep -q '^tail .*results-000001.tar.gz: byte [0-9]*: 13 bytes' out || fail "$(cat out)"
grep -q '^tail .*000001.jsonl: byte [0-9]*: ' out || fail "$(cat out)"
contains out "no damage"
run verify --json | jq -es '([.[] | select(.check == "tail")] | length == 2) and (.[-1].status == "ok") and .[-1].summary.tails == 2' >/dev/null
transcript b.ps1 text | run_exit 0 ingest -q -
run verify | grep -q '^tail' && fail "the tails are still there"
equal 'half an entry' "$(cat archive/recovered/*results* | head -c 13)"
