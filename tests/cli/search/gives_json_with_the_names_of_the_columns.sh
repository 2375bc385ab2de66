run init >/dev/null
transcript 'a "b".ps1' 'one\ntwo evil\tx\nthree\n' evil | run ingest -q --machine ws-1 --machine-id aa11 --observed 2026-03-01 -
transcript b.ps1 'evil' | run ingest -q -
printf 'indicator,name,type\nevil,"The ""one""",word\nzzz,,\n' >list.csv
run search -q --json evil >out
equal '{"result_id":1,"stream":"output","line_no":2,"line":"two evil\tx","machine_name":"ws-1","machine_id":"aa11","script_name":"a \"b\".ps1","observed_at":"2026-03-01T00:00:00.0000000Z"}
{"result_id":1,"stream":"error","line_no":1,"line":"evil","machine_name":"ws-1","machine_id":"aa11","script_name":"a \"b\".ps1","observed_at":"2026-03-01T00:00:00.0000000Z"}' "$(head -n 2 out)"
equal '2|null|null' "$(sed -n 3p out | jq -r '"\(.result_id)|\(.machine_name)|\(.machine_id)"')"
run search -q --json evil -C 1 >out
equal '1 true
2 null
3 true
1 null' "$(jq -r 'select(.result_id == 1) | "\(.line_no) \(.is_context)"' out)"
run search -q --json -c evil >out
equal '1 2
2 1' "$(jq -r 'select(.result_id) | "\(.result_id) \(.hits)"' out)"
equal 'hits,machine_id,machine_name,observed_at,result_id,script_name' "$(head -n 1 out | jq -r 'keys | join(",")')"
run search -q --json -l evil >out
equal 'machine_id,machine_name,observed_at,result_id,script_name' "$(head -n 1 out | jq -r 'keys | join(",")')"
run search -q --json --patterns list.csv >out
equal '["evil","The \"one\"","word"]' "$(head -n 1 out | jq -c '[.indicator,.name,.type]')"
run search -q --json --patterns list.csv --by indicator >out
equal '{"indicator":"evil","name":"The \"one\"","type":"word","first_seen":"2026-03-01T00:00:00.0000000Z","machines":2,"hits":3}
{"indicator":"zzz","name":null,"type":null,"first_seen":null,"machines":0,"hits":0}' \
  "$(jq -c 'select(.indicator) | del(.last_seen)' out)"
equal null "$(sed -n 2p out | jq .last_seen)"
# Every line is an object, and the last one the summary.
jq -es 'length == 3 and (.[-1] | has("summary"))' out >/dev/null || fail "$(cat out)"
