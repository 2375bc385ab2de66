run init >/dev/null
transcript Collect-One.ps1 one '' 5 | run ingest -q --observed 2026-03-01 --machine ws-1.corp.example --machine-id aa11 --action act-1 --operator ann -
transcript collect-two.ps1 two | run ingest -q --observed 2026-03-02 --machine WS-2.corp.example --case c1 --operator bob -
transcript x.ps1 three | head -c 70 >cut.json
run_exit 3 ingest --observed 2026-03-03 cut.json
of() {
  equal "$1" "$(run list --json "${@:2}" | jq .result_id | paste -sd' ')"
}
none() {
  run_exit 1 list "$@"
  [ ! -s out ] || fail "list $*: $(cat out)"
}
of '1 2 3'
of 1 --machine WS-1
of 1 --machine aa11
of 2 --machine ws-2.CORP.example
of '1 2' --machine 'ws-*'
of '1 2' --script 'COLLECT-*'
of 1 --script collect-one.ps1
of 1 --action act-1
of 2 --in-case c1
of '2 3' --since 2026-03-02
of 1 --until 2026-03-02T00:00:00Z
of '1 2 3' --acquired-since 1h
of 1 --exit-code 5
of 3 --parse-status truncated
of 2 --operator bob
of 3 --limit 1
none --machine ws
none --acquired-until 1h
none --command-status Failed
none --machine aa11 --exit-code 0
run_exit 2 list --since tomorrow
contains err "--since"
run_exit 2 list --parse-status fine
run_exit 2 list --exit-code x
run_exit 2 list --limit 0
