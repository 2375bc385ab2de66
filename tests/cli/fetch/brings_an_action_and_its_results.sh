# The action's state, and the result of each of its commands, come into the archive; history has who and what.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1 Succeeded Completed Completed Failed
result 1 0 'svchost.exe\n'
result 1 1 'second\n'
run init >/dev/null
fetch "$(guid 1)"
contains err "2 fetched, 0 archived before, 0 failed, 0 pending"
equal "$(guid 1)|0|list-0.ps1|ws-1.corp.example|Completed|command_none
$(guid 1)|1|list-1.ps1|ws-1.corp.example|Completed|command_none" \
  "$(sql "SELECT action_id, command_index, script_name, machine_name, command_status, 'command_none' FROM results ORDER BY 2")"
equal "IR-7" "$(sql "SELECT requestor_comment FROM actions")"
equal "$(transcript list-0.ps1 'svchost.exe\n')" "$(run cat --raw "$(guid 1)/0")"
# Again: nothing is asked for that is here.
fetch "$(guid 1)"
contains err "0 fetched, 2 archived before"
equal 2 "$(requests '.path | startswith("/blob/")')"
equal 3 "$(ledger .event | grep -c .)"
run verify >/dev/null
