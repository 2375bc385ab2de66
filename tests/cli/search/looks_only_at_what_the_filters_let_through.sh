run init >/dev/null
transcript Collect-One.ps1 evil '' 5 | run ingest -q --observed 2026-03-01 --machine ws-1.corp.example --machine-id aa11 --action act-1 --operator ann -
transcript collect-two.ps1 'evil two' | run ingest -q --observed 2026-03-02 --machine WS-2.corp.example --case c1 --operator bob -
transcript x.ps1 'evil three, and cut' | head -c 60 >cut.json
run_exit 3 ingest --observed 2026-03-03 cut.json
printf 'evil\n' >list
for how in evil '--substring evil' '--regex ev.l' '--patterns list'; do
  of() {
    # shellcheck disable=SC2086
    run search -q -l $how "${@:2}" >out
    equal "$1" "$(tail -n +2 out | cut -f 1 | paste -sd' ')"
  }
  none() {
    # shellcheck disable=SC2086
    run_exit 1 search $how "$@"
    [ ! -s out ] || fail "$how $*: $(cat out)"
    contains err 'searched 0 results'
  }
  of '1 2 3'
  of 1 --machine WS-1
  of 1 --machine aa11
  of '1 2' --machine 'ws-*'
  of '1 2' --script 'COLLECT-*'
  of 1 --action act-1
  of 2 --in-case c1
  of '2 3' --since 2026-03-02
  of 1 --until 2026-03-02T00:00:00Z
  of '1 2 3' --acquired-since 1h
  of 1 --exit-code 5
  of 3 --parse-status truncated
  of 2 --operator bob
  none --machine ws
  none --acquired-until 1h
  none --command-status Failed
  none --machine aa11 --exit-code 0
done
