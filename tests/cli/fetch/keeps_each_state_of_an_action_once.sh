# An action's JSON is archived once for each state it is seen in, whether the list or a GET showed it.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1 Pending Pending
run init >/dev/null
states() {
  equal "$1" "$(sql "SELECT count(*) FROM packages WHERE kind = 'action'")"
  equal "$1" "$(sql "SELECT count(*) FROM acquisitions")"
}
fetch_exit 6 "$(guid 1)"
states 1
fetch --all
states 1
fetch_exit 6 "$(guid 1)" "$(guid 1)/0" "$(guid 1)"
states 1
action 1 InProgress Pending
fetch --all
states 2
fetch_exit 6 "$(guid 1)"
states 2
action 1 Failed Failed
fetch "$(guid 1)"
states 3
fetch --all
states 3
equal "Failed" "$(sql 'SELECT status FROM actions')"
# What the list shows has no @odata.context of its own, and is the same state.
jq 'del(."@odata.context")' "service/actions/$(guid 1).json" >new && mv new "service/actions/$(guid 1).json"
fetch --all
fetch "$(guid 1)"
states 3
run verify >/dev/null
