# --check: a line each for token, permissions, clock, API, a download and the archive; what is wrong says what to do.
. "$ROOT/tests/fetch/lib.sh"
tenant=11111111-2222-3333-4444-555555555555
claims() {
  jq -cn --arg tid "$tenant" --argjson more "$1" '{tid: $tid, exp: 4000000000} + $more'
}
right=$(jwt "$(claims '{"roles": ["Machine.ReadWrite.All"]}')")
person=$(jwt "$(claims '{"scp": "User.Read Machine.LiveResponse"}')")
wrong=$(jwt "$(claims '{"roles": ["Machine.LiveResponse"]}')")
export TOKENS="$right $person $wrong"
serve
action 1
result 1 0 text
check() {
  fetch_exit "$1" --check "${@:4}"
  grep -qE "$2 +$3" out || fail "no '$2 $3' in: $(cat out err)"
}
check 4 FAILED "archive +.*/archive: is the disk mounted.*lrarchive init"
mkdir archive
check 4 FAILED "archive +.*lrarchive init"
rmdir archive
run init >/dev/null
check 0 ok "token +there; when it ends is not told"
equal "ok unknown ok ok ok ok" "$(cut -d ' ' -f 1 out | xargs)"
equal "token permissions clock API downloads archive" "$(awk '{ print $2 }' out | xargs)"
export LRARCHIVE_TOKEN=$right
check 0 ok "token +of tenant $tenant, ends in"
check 0 ok "permissions +Machine.ReadWrite.All"
LRARCHIVE_TOKEN=$person check 0 ok "permissions +.*Machine.LiveResponse"
LRARCHIVE_TOKEN=$wrong check 7 FAILED "permissions +the token has 'Machine.LiveResponse', and results need the application permission Machine.ReadWrite.All.* lets an app run commands and not read"
LRARCHIVE_TOKEN=bad check 7 FAILED "API +the service refuses the token of .LRARCHIVE_TOKEN: has it ended"
check 7 FAILED "token +the token is of tenant $tenant, not of 0: sign in there" --tenant 0
check 4 FAILED "archive +only .* free, less than --min-free asks for" --min-free 1000000T
run_exit 7 fetch --check --api-url "$URL"
grep -q "FAILED   downloads .*127.0.0.1, which is not among the hosts .* --blob-hosts" out || fail "$(cat out)"
# By a clock that only waiting moves: a service that is away is tried again for half a minute.
(
  set_clock away 1800000000
  export LRARCHIVE=$ROOT/$BUILD/tests/lrarchive-by-hand CLOCK_FILE=$PWD/away
  run_exit 6 fetch --check --api-url http://127.0.0.1:1
)
grep -q "FAILED   API .*127.0.0.1" out || fail "$(cat out)"
# Nothing came in, and each line is an object with --json.
equal 0 "$(ledger .event | grep -c . || true)"
fetch --check --json
equal "token ok|permissions ok|clock ok|API ok|downloads ok|archive ok" "$(jq -r '"\(.check) \(.status)"' out | paste -sd '|')"
fetch_exit 0 --check --json
equal "" "$(jq -r 'select(.message == "") | .check' out)"
