# ACTION/INDEX is one result: the others are not asked for. One that the action does not have is exit 1, one that will
# never have a result is told, and one that is here does not wait for its action's other commands.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1 Succeeded Completed Completed Failed
action 2 Pending Completed Pending
for index in 0 1; do result 1 $index "text $index"; done
result 2 0 'early'
run init >/dev/null
fetch "$(guid 1)/1"
contains err "1 fetched, 0 archived before, 0 failed, 0 pending"
equal 1 "$(sql "SELECT group_concat(command_index) FROM acquisitions WHERE action_id IS NOT NULL")"
equal 1 "$(requests '.path | endswith("(index=1)")')"
equal 0 "$(requests '.path | endswith("(index=0)")')"
fetch_exit 1 "$(guid 1)/7"
contains err "$(guid 1): the action has no command 7"
fetch_exit 1 "$(guid 1)/2"
contains err "$(guid 1): there is no result of command 2: it is RunScript, Failed"
fetch "$(guid 2)/0"
contains err "1 fetched, 0 archived before, 0 failed, 0 pending"
fetch_exit 6 "$(guid 2)/1"
contains err "0 fetched, 0 archived before, 0 failed, 1 pending: --wait waits for them"
