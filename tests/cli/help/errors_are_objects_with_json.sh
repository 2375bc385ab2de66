run_exit 2 list --nonsense --json
jq -e '.code == "usage" and (.message | contains("--nonsense"))' err >/dev/null || fail "$(cat err)"
run_exit 4 --json list
jq -e --arg d "$PWD/archive" '.code == "archive" and .path == $d and (has("offset") | not)' err >/dev/null || fail "$(cat err)"
run init >/dev/null
run_exit 2 query --json 'SELECT nonsense FROM results'
jq -e '.code == "usage" and .offset == 7' err >/dev/null || fail "$(cat err)"
