# What failed in passing is asked for again after a minute, then after twice as long; a refused one after a day. Until then no call is
# made for it, and the bookmark does not pass it.
. "$ROOT/tests/fetch/lib.sh"
by_hand 1800000000
action 1
action 2
result 1 0 passing
result 2 0 refused
faults "{match: \"blob/$(guid 1)\", times: 12, status: 503}" "{match: \"$(guid 2).*Link\", times: 1, status: 403}"
serve
run init >/dev/null
links() { requests ".path | contains(\"$(guid "$1")/Get\")"; }
next_try() { "$LRARCHIVE" status --json | jq -r "select(.action_id == \"$(guid "$1")\") | .next_try_at | sub(\"\\\\..*\"; \"Z\") | fromdate"; }
now() { python3 -c 'import struct; print(struct.unpack("<q", open("service/clock", "rb").read())[0] // 1000000)'; }
round_at() {
  set_clock service/clock "$1"
  verb_exit 0 watch --once
}
# near WANT GOT: the wait began when the try ended, some seconds of backing off before.
near() { [ "$2" -ge $(($1 - 3)) ] && [ "$2" -le $(($1 + 3)) ] || fail "expected about $1, got $2"; }
verb_exit 0 watch --once
contains err "0 fetched, 2 failed"
equal "1 1" "$(links 1) $(links 2)"
near $(($(now) + 60)) "$(next_try 1)"
[ "$(next_try 2)" -gt $(($(now) + 86000)) ] || fail "$(next_try 2)"
round_at $(($(next_try 1) - 10))
contains err "0 fetched, 2 failed"
equal "1 1" "$(links 1) $(links 2)"
round_at $(($(next_try 1) + 1))
equal "2 1" "$(links 1) $(links 2)"
near $(($(now) + 120)) "$(next_try 1)"
round_at $(($(next_try 1) + 1))
contains err "1 fetched, 1 failed"
equal "3 1" "$(links 1) $(links 2)"
jq -e ".bookmark <= .oldest_missing_at" archive/state/watch.json >/dev/null || fail "$(cat archive/state/watch.json)"
round_at $(($(next_try 2) + 1))
contains err "1 fetched, 0 failed"
run_exit 0 status
equal "" "$(find archive/state/attempts archive/spool -type f)"
