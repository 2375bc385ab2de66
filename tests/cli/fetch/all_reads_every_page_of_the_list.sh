# The list's pages by @odata.nextLink, and by $skip where the service names none; a link to the next page that leads to another
# host, in a circle, or is no link is an error, since a list that ends early looks like one that is whole. A dry run tells how
# long more than an hour's calls take.
. "$ROOT/tests/fetch/lib.sh"
by_hand 1800000000
python3 - <<'PY'
import json
for number in range(2500):
    guid = f"{number:08x}-1111-4222-8333-444444444444"
    json.dump({"id": guid, "type": "LiveResponse", "status": "Succeeded", "machineId": "m1", "computerDnsName": "ws-1",
               "creationDateTimeUtc": f"2026-11-{1 + number // 100:02}T10:{number % 60:02}:00Z",
               "commands": [{"index": 0, "commandStatus": "Completed", "command": {"type": "RunScript", "params": []}}]},
              open(f"service/actions/{guid}.json", "w"))
PY
serve
run init >/dev/null
fetch --all --dry-run
equal 2500 "$(sort -u out | wc -l)"
equal "0 1000 2000" "$(jq -rs '[.[].asked | capture("[$]skip=(?<n>[0-9]+)").n? // "0"] | join(" ")' service/log.jsonl)"
contains err "2500 to fetch, 0 archived, 0 pending; the limits leave 71 min"
# More than an hour's calls are more than an hour.
exec 8>&-
rm -r service/input service/port
: >service/log.jsonl
export LIST_PAGE=900
serve
fetch --all --dry-run
equal 2500 "$(sort -u out | wc -l)"
equal 3 "$(requests true)"
broken() {
  faults "{match: \"GET /api/machineactions[?]\", times: 1, status: 200, body: ({value: [], \"@odata.nextLink\": $1} | tojson)}"
  fetch_exit "$2" --all --dry-run
  contains err "$3"
  exec 8>&-
  rm -r service/input service/port
  serve
}
broken '"https://evil.example/api/machineactions"' 4 "the list of actions goes on at another host than the API's: not followed"
broken "\"$URL.evil.example/api/machineactions\"" 4 "at another host"
broken "(\"$URL/api/machineactions?a=\" + (\"x\" * 20000))" 4 "goes on at a link that is no text of at most"
broken '7' 4 "goes on at a link that is no text of at most"
