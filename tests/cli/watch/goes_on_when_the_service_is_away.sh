# A service out of reach is told, and the next round tries again; what the last good round saw missing still holds. --once ends
# with 6, and an answer of 403 with 7.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1 Pending Pending
run init >/dev/null
verb_exit 0 watch --once
away=(--api-url http://127.0.0.1:1 --blob-hosts 127.0.0.1)
by_hand "$(date +%s)"
run_exit 6 watch --once "${away[@]}"
contains err "lrarchive: 127.0.0.1: "
contains archive/state/watch.json '"last_error":"127.0.0.1: '
equal "1 true" "$(jq -r '"\(.missing) \(.oldest_missing_at != null)"' archive/state/watch.json)"
"$LRARCHIVE" watch --every 10m "${away[@]}" >out 2>err &
pid=$!
many() { [ "$(grep -c '^lrarchive: 127.0.0.1: ' err)" -ge 3 ]; }
until_true many
kill -TERM $pid
wait $pid || fail "exit $?"
for _ in {1..20}; do jq -e . archive/state/watch.json >/dev/null || fail "not whole: $(cat archive/state/watch.json)"; done
faults '{match: "GET /api/machineactions[?]", times: 1, status: 403}'
verb_exit 7 watch --once
contains err "is a permission missing?"
verb_exit 0 watch --once
equal null "$(jq -r .last_error archive/state/watch.json)"
