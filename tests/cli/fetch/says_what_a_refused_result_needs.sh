# 403 on a result's link: which permission is missing and why it looks as if there were nothing, exit 7; the others go on, and
# status has it.
. "$ROOT/tests/fetch/lib.sh"
faults '{match: "index=1", times: 9, status: 403, body: ({error: {code: "Forbidden", message: "Missing application roles", target: "|corr-7"}} | tojson)}'
serve
action 1 Succeeded Completed Completed
result 1 0 zero
result 1 1 one
run init >/dev/null
fetch_exit 7 "$(guid 1)"
contains err "$(guid 1)/1: "
contains err "answered 403 Forbidden: Missing application roles (correlation id |corr-7); is a permission missing?"
contains err "an app with Machine.LiveResponse alone may start actions and is refused their results"
contains err "1 fetched, 0 archived before, 1 failed, 0 pending"
equal zero "$(sql 'SELECT script_output FROM results')"
run_exit 1 status
grep -q "^refused	$(guid 1)/1	.*403 Forbidden" out || fail "$(cat out)"
fetch_exit 7 "$(guid 1)" --json
equal "failed $(guid 1)/1 $(guid 1) 1 access" "$(jq -r 'select(.status == "failed") | [.status, .path, .action_id, .command_index, .code] | join(" ")' out)"
jq -e . err >/dev/null
