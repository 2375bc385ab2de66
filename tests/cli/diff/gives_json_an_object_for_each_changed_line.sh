run init >/dev/null
transcript s.ps1 'a\nb\nc\n' | run ingest -q --machine ws-1 -
transcript s.ps1 'a\nB\nc\nd' | run ingest -q --machine ws-1 -
run_exit 1 diff --json 1 2
cat >want <<'J'
{"op":"-","result_id":1,"stream":"output","line_no":2,"line":"b"}
{"op":"+","result_id":2,"stream":"output","line_no":2,"line":"B"}
{"op":"+","result_id":2,"stream":"output","line_no":4,"line":"d","lacks_line_end":true}
{"summary":{"status":"changed","stream":"output","from_result_id":1,"to_result_id":2,"from_parse_status":"ok","to_parse_status":"ok","removed":1,"added":2}}
J
diff want out
run diff --json 1 1 | jq -e '.summary == {status: "same", stream: "output", from_result_id: 1, to_result_id: 1, from_parse_status: "ok", to_parse_status: "ok", removed: 0, added: 0}' >/dev/null
run_exit 1 diff --json --set 1 2
equal '- 2
+ 2
+ 4' "$(jq -r 'select(.op) | "\(.op) \(.line_no)"' out)"
equal false "$(jq -s 'any(.lacks_line_end)' out)"
