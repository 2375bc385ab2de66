# data/case.jsonld: each node and reference, each file by the manifest's hash, and who brought it with what.
run init >/dev/null
action=5382f7ea-7557-4ab7-9782-d50480024a4e
cat >"$action.json" <<END
{"id":"$action","type":"LiveResponse","status":"Succeeded","requestor":"app \"x\"","requestorComment":"hunt","machineId":"m1",
"computerDnsName":"ws-1.corp.example","creationDateTimeUtc":"2026-03-01T09:00:00Z","lastUpdateDateTimeUtc":"2026-03-01T09:05:00Z",
"commands":[{"index":0,"startTime":"2026-03-01T09:01:00Z","endTime":"2026-03-01T09:02:00Z","commandStatus":"Completed",
"errors":[],"command":{"type":"RunScript","params":[{"key":"ScriptName","value":"a.ps1"}]}}]}
END
transcript a.ps1 'out\n' 'an error\n' 3 >"${action}_0.json"
for n in 1 2 3; do transcript "s$n.ps1" "out $n\n" >"s$n.json"; done
zip -q many.zip s1.json s2.json s3.json
printf 'MZ\1\2\3' >sample.bin
run_exit 0 case create IR-7 --title 'a "hunt"' --reference INC-1
run ingest -q --case IR-7 --operator ann "$action.json" "${action}_0.json" >/dev/null
run ingest -q --case IR-7 --operator eve --machine WS-2 many.zip >/dev/null
run ingest -q --case IR-7 --operator eve --machine ws-2 sample.bin >/dev/null
run_exit 0 key new -o key --name ann@corp.example
run_exit 0 export IR-7 -o case.zip --key key --include-files
unzip -q case.zip -d bag
cd bag/* || exit 1
python3 "$ROOT/tests/cli/export/case_uco.py" . || fail "case.jsonld"
graph() { jq -r ".\"@graph\"[] | $1" data/case.jsonld; }
id_of() { graph "select(.\"@type\" == \"$1\" and .\"uco-core:name\" == \"$2\") | .\"@id\""; }
equal "IR-7" "$(graph 'select(."@type" == "case-investigation:Investigation") | ."uco-core:name"')"
equal "IR-7-0001 IR-7-0002 IR-7-0003 IR-7-0004" "$(graph '."case-investigation:exhibitNumber" // empty' | xargs)"
equal "2" "$(graph 'select(."@type" == "uco-observable:Computer") | ."@id"' | wc -l)"
eve=$(id_of uco-identity:Identity eve)
equal "2" "$(graph "select(.\"uco-core:name\" == \"ingested\" and .\"uco-action:performer\".\"@id\" == \"$eve\") | .\"@id\"" | wc -l)"
# The command brought the package that its text was made of.
package=$(graph 'select(."@type" == "uco-observable:File" and ."uco-core:name" == "IR-7-0002") | ."@id"')
equal "$package" "$(graph 'select(."uco-core:name" == "RunScript") | ."uco-action:result"[]."@id"')"
equal "$package" "$(graph 'select(."uco-core:name" == "IR-7-0002-error.txt") | ."case-investigation:wasDerivedFrom"."@id"')"
equal "lrarchive" "$(graph 'select(."@type" == "uco-tool:Tool" and ."uco-tool:version") | ."uco-core:name"')"
