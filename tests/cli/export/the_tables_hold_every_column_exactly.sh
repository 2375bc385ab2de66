# results.jsonl is the view, value for value; the CSV has the same rows and columns.
run init >/dev/null
action=5382f7ea-7557-4ab7-9782-d50480024a4e
cat >"$action.json" <<END
{"id":"$action","type":"LiveResponse","status":"Succeeded","requestor":"ann","requestorComment":"why\n\"so\"","machineId":"m1",
"computerDnsName":"ws-1.corp.example","creationDateTimeUtc":"2026-03-01T09:00:00Z","lastUpdateDateTimeUtc":"2026-03-01T09:05:00Z",
"commands":[{"index":0,"startTime":"2026-03-01T09:01:00Z","endTime":"2026-03-01T09:02:00.1234567Z","commandStatus":"Completed",
"errors":[],"command":{"type":"RunScript","params":[{"key":"ScriptName","value":"a.ps1"}]}}]}
END
transcript a.ps1 'out\n' 'err' -1 >"${action}_0.json"
printf '{"script_name":"b\\u0001\\u001b\\u0007 \\u202e.ps1","exit_code":-9223372036854775808,"script_output":null,"more":["x"]}' >b.json
run ingest -q --case IR-7 "$action.json" "${action}_0.json" b.json >/dev/null
run_exit 0 key new -o key --name ann@corp.example
run_exit 0 export IR-7 -o case.zip --key key
unzip -q case.zip -d bag
cd bag/* || exit 1
columns=$(sql "SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('results') WHERE name NOT IN ('script_output', 'script_error') ORDER BY cid)")
equal "exhibit,$columns,output_file,error_file,package_file" "$(head -n 1 data/results.csv | tr -d '\r')"
equal "exhibit,$columns,output_file,error_file,package_file" "$(head -n 1 data/results.jsonl | jq -r 'keys_unsorted | join(",")')"
sqlite3 -readonly -json "$LRARCHIVE_DIR/history.db" "SELECT $columns FROM results ORDER BY result_id" >view.json
python3 - <<'END'
import json
view = json.load(open("view.json", encoding="utf-8"))
rows = [json.loads(line) for line in open("data/results.jsonl", encoding="utf-8")]
assert len(rows) == len(view) == 2, (len(rows), len(view))
for row, seen in zip(rows, view):
    for name, value in seen.items():
        assert type(row[name]) is type(value) and row[name] == value, (name, row[name], value)
END
# Texts and packages lie where the tables say.
jq -r '.output_file, .error_file, .package_file | values' data/results.jsonl | while read -r path; do [ -f "$path" ] || fail "$path is missing"; done
equal "3" "$(jq -s length data/exhibits.jsonl)"
equal "$(sql "SELECT exhibit, package_sha256, added_number FROM case_items ORDER BY 1")" \
  "$(jq -r '"\(.exhibit)|\(.package_sha256)|\(.added_number)"' data/exhibits.jsonl)"
jq -r '"\(.package_sha256)  \(.package_file)"' data/exhibits.jsonl | sha256sum -c --quiet
