# --timeout ends --wait with exit 6 when its time is over and not before; what had come by then is archived.
. "$ROOT/tests/fetch/lib.sh"
by_hand 1800000000
action 1 Pending Completed Pending
result 1 0 early
serve
run init >/dev/null
gives_up() {
  : >service/log.jsonl
  fetch_exit 6 "$(guid 1)" --wait --timeout "$1"
  contains err "the time of --timeout is over: 1 pending"
  passed=$(jq -s '[.[].time] | (max - min) | round' service/log.jsonl)
  [ "$passed" -ge "$2" ] && [ "$passed" -le $(($2 + 5)) ] || fail "asked for $passed s"
}
gives_up 10s 10
gives_up 1h 3600
equal early "$(sql 'SELECT script_output FROM results')"
