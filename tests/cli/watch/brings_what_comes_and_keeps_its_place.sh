# --once is one round. The bookmark stays at the oldest action that is not final or not wholly archived, and goes on when all is there,
# an hour behind the newest, since the list may be late; the next round asks from there. Another filter begins anew.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1
action 100 Pending Pending
action 200
result 1 0 one
result 200 0 two
run init >/dev/null
created() { jq -r .creationDateTimeUtc "service/actions/$(guid "$1").json"; }
state() { jq -r ".$1" archive/state/watch.json; }
seconds() { date -u -d "$1" +%s; }
watch_once() {
  verb_exit 0 watch --once "$@"
}
# asked: since when the last round asked for.
asked() { jq -r 'select(.path == "/api/machineactions").asked' service/log.jsonl | tail -n 1 | grep -oE 'ge [^ ]+' | cut -d ' ' -f 2; }
watch_once
contains err "2 fetched, 0 failed, 1 pending"
equal "1 0 null" "$(state missing) $(state failed) $(state last_error)"
equal "$(seconds "$(created 100)")" "$(seconds "$(state bookmark)")"
equal "$(state bookmark)" "$(state oldest_missing_at)"
equal "" "$(asked || true)"
run_exit 1 status --missing
action 100 Succeeded Completed
watch_once
contains err "0 fetched, 1 failed, 0 pending"
contains err "$(guid 100)/0: "
equal "$(seconds "$(created 100)")" "$(seconds "$(state bookmark)")"
equal "$(seconds "$(created 100)")" "$(seconds "$(asked)")"
result 100 0 late
rm -r archive/state/attempts
watch_once
contains err "1 fetched, 0 failed, 0 pending"
equal "$(($(seconds "$(created 200)") - 3600))" "$(seconds "$(state bookmark)")"
equal "0 null" "$(state missing) $(state oldest_missing_at)"
before=$(state bookmark)
watch_once
contains err "0 fetched, 0 failed, 0 pending"
equal "$before" "$(state bookmark)"
equal "$(seconds "$before")" "$(seconds "$(asked)")"
[ "$(seconds "$(state last_success_at)")" -ge $(($(date +%s) - 60)) ]
watch_once --machine ws-1
equal "" "$(asked || true)"
run_exit 0 status
run verify >/dev/null
