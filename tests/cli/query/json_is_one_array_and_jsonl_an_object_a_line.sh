run init >/dev/null
for i in 1 2 3; do transcript "s$i.ps1" "$i"$'\n"\e\u202e' '' "$i" | run ingest -q -; done
sql="SELECT result_id AS n, script_output AS o, NULL AS z, 1.5 AS r, x'00ff' AS b FROM results"
want='[{"n":1,"o":"1\n\"\u001b\u202e","z":null,"r":1.5,"b":"00ff"},{"n":2,"o":"2\n\"\u001b\u202e","z":null,"r":1.5,"b":"00ff"},{"n":3,"o":"3\n\"\u001b\u202e","z":null,"r":1.5,"b":"00ff"}]'
run query --format json "$sql" >array.json
jq -e --argjson want "$want" '. == $want' array.json >/dev/null || fail "$(cat array.json)"
run query --format jsonl "$sql" >lines.json
equal 3 "$(wc -l <lines.json)"
jq -es --argjson want "$want" '. == $want' lines.json >/dev/null || fail "$(cat lines.json)"
run --json query "$sql" | cmp - lines.json
run --json query --format json "$sql" | cmp - array.json
equal '[]' "$(run query --format json 'SELECT 1 AS n WHERE 0')"
equal '' "$(run query --format jsonl 'SELECT 1 AS n WHERE 0')"
# An answer that ends early is an array all the same.
run_exit 3 query --format json --max-rows 2 "$sql"
jq -e 'length == 2' out >/dev/null || fail "$(cat out)"
run_exit 2 query --format json "SELECT 1 AS n UNION ALL SELECT randomblob(1e9)"
jq -e '. == [{"n":1}]' out >/dev/null || fail "$(cat out)"
script -qec "\"$LRARCHIVE\" query --format json \"$sql\"" /dev/null </dev/null | tr -d '\r' >screen
LC_ALL=C grep -qP '\x1b|\xe2\x80\xae' screen && fail "live: $(cat -v screen)"
jq -e --argjson want "$want" '. == $want' screen >/dev/null || fail "$(cat screen)"
