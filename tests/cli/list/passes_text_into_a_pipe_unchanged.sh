run init >/dev/null
jq -cn '{script_name: "a\u001b[1m\tb\nc\r\u202e.ps1", exit_code: 0, script_output: "x\u001b[0m\u202e\n"}' | run ingest -q -
equal $'a\e[1m\\tb\\nc\\r\u202e.ps1' "$(run list | sed -n 2p | cut -f 4)"
equal 2 "$(run list | wc -l)"
equal $'x\e[0m\u202e' "$(run cat 1)"
equal $'script_name\na\e[1m\\tb\\nc\\r\u202e.ps1' "$(run query 'SELECT script_name FROM results')"
