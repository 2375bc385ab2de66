run init >/dev/null
put() { transcript "$2" "$4" "$5" "$6" | run ingest -q --machine "$1" --observed "$3" --operator "$7" -; }
put ws-1 a.ps1 2026-01-30 one '' 0 ann
put ws-2 a.ps1 2026-02-01 three err 5 ann
put WS-2 A.ps1 2026-02-01T12:00:00Z fourth '' 5 bob
jq -cn '{script_output: "x"}' | run ingest -q --observed 2026-02-02 --operator bob -
# `want` stands before each call.
by() {
  run stats --by "$1" "${@:2}" >got
  # shellcheck disable=SC2154
  equal "$want" "$(tail -n +2 got | cut -f 1-3 | tr '\t' ' ')"
}
want=$'2026-01-30 1 1\n2026-02-01 2 1\n2026-02-02 1 0' by day
want=$'2026-01 1 1\n2026-02 3 1' by month
want=$'a.ps1 3 2\n- 1 0' by script
want=$'5 2 1\n- 1 0\n0 1 1' by exit-code
want='ok 4 2' by status
want='- 4 2' by command-status
want=$'ann 2 2\nbob 2 1' by operator
want='ann 2 2' by operator --limit 1
want=$'0 1 1\n5 1 1' by exit-code --operator ann
today=$(date -u +%Y-%m-%d)
want="$today 4 2" by acquired-day
want="${today%-*} 4 2" by acquired-month
run stats --by machine >got
printf 'MACHINE\tRESULTS\tOUTPUT\tERROR\tFIRST\tLAST
ws-2\t2\t11\t3\t2026-02-01T00:00:00Z\t2026-02-01T12:00:00Z
-\t1\t1\t0\t2026-02-02T00:00:00Z\t2026-02-02T00:00:00Z
ws-1\t1\t3\t0\t2026-01-30T00:00:00Z\t2026-01-30T00:00:00Z\n' | diff - got
run stats --by exit-code --json >got
equal '{"by":"exit-code","value":5,"results":2,"machines":1,"output_bytes":11,"error_bytes":3,"first_observed_at":"2026-02-01T00:00:00.0000000Z","last_observed_at":"2026-02-01T12:00:00.0000000Z"}' "$(head -n 1 got)"
run_exit 2 stats --by nonsense
contains err '--by is day, month'
run_exit 2 stats --limit 3
contains err '--limit goes with --by'
