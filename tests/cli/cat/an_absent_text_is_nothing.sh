run init >/dev/null
printf '{"script_name":"a.ps1","exit_code":0}' | run ingest -q -
equal "" "$(run cat 1)"
equal "" "$(run cat --error 1)"
equal "" "$(run cat --json 1)"
