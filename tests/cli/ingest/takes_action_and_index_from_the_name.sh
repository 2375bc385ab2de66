run init >/dev/null
action=3F6c1e52-0a4b-4d0e-9c57-1b8e2f7a9d10
transcript a.ps1 text >"${action}_12.json"
transcript b.ps1 text >"${action}_x.json"
run ingest -q "${action}_12.json" "${action}_x.json"
equal "$action|12
|" "$(sql 'SELECT action_id, command_index FROM results ORDER BY result_id')"
run show "$action/12" | grep -q '^script_name: a.ps1$'
run show "${action@L}/12" >/dev/null
transcript c.ps1 text >"${action}_3.json"
run ingest -q --action other-action --index 5 "${action}_3.json"
equal "other-action|5" "$(sql "SELECT action_id, command_index FROM results WHERE script_name = 'c.ps1'")"
