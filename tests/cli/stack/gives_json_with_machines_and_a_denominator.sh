run init >/dev/null
for i in 3 1 2; do transcript s.ps1 "all\nonly $i\n" | run ingest -q --machine "ws-$i" --machine-id "id$i" -; done
transcript u.ps1 'all\n' | run ingest -q -
transcript t.ps1 'all\n' | run ingest -q --machine-id id9 -
run stack --json --mask 'only \K\d' >out
cat >want <<'J'
{"machine_count":3,"result_count":3,"line":"only 1","result_id":2,"stream":"output","line_no":2,"machines":["ws-1","ws-2","ws-3"]}
{"machine_count":5,"result_count":5,"line":"all","result_id":4,"stream":"output","line_no":1,"machines":["result 4","ws-1","ws-2","ws-3","id9"]}
{"summary":{"results":5,"machines":5,"distinct_lines":2,"printed_lines":2,"truncated":0,"invalid":0,"without_text":0}}
J
diff want out
