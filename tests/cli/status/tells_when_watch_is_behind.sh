# --max-age: exit 1 when the last good round of watch is older, or when there was none; the reason of the last bad one is said.
. "$ROOT/tests/fetch/lib.sh"
serve
run init >/dev/null
run_exit 1 status --max-age 1h
contains err "watch has had no good round yet"
verb_exit 0 watch --once
run_exit 0 status --max-age 1h
equal "" "$(cat err)"
jq -c '.last_success_at = "2026-01-01T00:00:00Z" | .last_error = "127.0.0.1: away"' archive/state/watch.json >new
mv new archive/state/watch.json
run_exit 1 status --max-age 1h
contains err "the last good round of watch was at 2026-01-01T00:00:00"
contains err ": 127.0.0.1: away"
run_exit 0 status
run_exit 1 status -q --max-age 1h
equal "" "$(cat err)"
echo '{"last' >archive/state/watch.json
run_exit 4 status --max-age 1h
contains err "state/watch.json"
run_exit 0 status
