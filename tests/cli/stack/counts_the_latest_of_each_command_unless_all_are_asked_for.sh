run init >/dev/null
transcript s.ps1 'a\nrest\n' | run ingest -q --action a1 --index 0 --machine ws-1 -
transcript s.ps1 'a\nrest, again\n' | head -c 58 >cut.json
run_exit 3 ingest --action a1 --index 0 --machine ws-1 cut.json
transcript s.ps1 '' | run ingest -q --machine ws-2 -
run_exit 0 stack
equal 'stacked 2 results of 2 machines, 2 distinct lines; without output: 1' "$(cat err)"
run_exit 0 stack --all
contains err 'stacked 3 results of 2 machines'
contains err 'incomplete: 1 truncated'
equal 2 "$(awk -F'\t' '$4 == "a" { print $2 }' out)"
run_exit 0 stack --all --json
equal '[1,1]' "$(jq -c 'select(.summary) | .summary | [.truncated, .without_text]' out)"
run_exit 1 stack --error
contains err 'without error: 2'
