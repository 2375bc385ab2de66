run init >/dev/null
jq -cn '{script_name: "a.ps1", exit_code: 1, script_output: ([range(40000) | "line \(.) of the output ä\r\n"] | add), script_errors: "oh\nno"}' >a.json
run ingest -q a.json
jq -rj .script_output a.json | tr -d '\r' >want
run cat 1 | cmp - want
equal $'oh\nno' "$(run cat 1 --error)"
run cat 1 --json >pages
jq -rj .text pages | cmp - want
equal "$(sql 'SELECT count(*) FROM output_pages WHERE stream = "output"')" "$(wc -l <pages)"
jq -es '[.[].page_no] == [range(1; length + 1)] and all(.[]; .result_id == 1 and .stream == "output")' pages >/dev/null
run cat 1 --error --json | jq -e '.stream == "error" and .text == "oh\nno"' >/dev/null
equal "$(sql 'SELECT output_sha256 FROM results')" "$(run cat 1 | sha256sum | cut -c-64)"
"$LRARCHIVE" cat 1 2>err | head -n 1 | grep -q 'line 0'
[ ! -s err ] || fail "$(cat err)"
