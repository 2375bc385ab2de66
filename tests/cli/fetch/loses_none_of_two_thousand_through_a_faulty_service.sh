# 2,000 results through a service that fails in every way it has, with two processes at once: each comes once, the limits
# that the service counts are never passed, and neither the token nor a link's signature is written anywhere.
. "$ROOT/tests/fetch/lib.sh"
LRARCHIVE=$ROOT/$BUILD/tests/lrarchive-by-hand
export CLOCK_FILE=$PWD/service/clock LRARCHIVE_TOKEN=
python3 - <<'PY'
import json, struct
open("service/clock", "wb").write(struct.pack("<q", 1800000000 * 1000000))
for number in range(400):
    guid = f"{number:08x}-1111-4222-8333-444444444444"
    commands = [
        {"index": index, "startTime": None, "endTime": None, "commandStatus": "Completed", "errors": [],
         "command": {"type": "RunScript", "params": [{"key": "ScriptName", "value": f"list-{index}.ps1"}]}}
        for index in range(5)
    ]
    action = {
        "id": guid, "type": "LiveResponse", "requestor": "soar@corp.example", "requestorComment": "IR-7", "status": "Succeeded",
        "machineId": f"m{number % 7}", "computerDnsName": f"ws-{number % 7}.corp.example", "commands": commands,
        "creationDateTimeUtc": f"2026-11-{1 + number // 20:02}T10:{number % 20:02}:00Z",
        "lastUpdateDateTimeUtc": f"2026-11-{1 + number // 20:02}T11:{number % 20:02}:00Z",
    }
    json.dump(action, open(f"service/actions/{guid}.json", "w"))
    for index in range(5):
        text = f"result {number} of command {index}\n" * 40
        json.dump({"script_name": f"list-{index}.ps1", "exit_code": 0, "script_output": text, "script_errors": ""},
                  open(f"service/blobs/{guid}_{index}", "w"))
link = "GetLiveResponseResultDownloadLink"
faults = [
    {"match": link, "times": 40, "after": 30, "status": 500},
    {"match": link, "times": 2, "after": 1, "status": 429, "headers": {"Retry-After": "40"}},
    {"match": link, "times": 2, "after": 1, "status": 429, "headers": {"Retry-After": "Fri, 15 Jan 2027 08:30:00 GMT"}},
    {"match": link, "times": 2, "after": 1, "status": 429},
    {"match": link, "times": 2, "after": 1, "status": 429, "headers": {"Retry-After": "99999999"}},
    {"match": link, "times": 30, "after": 10, "link": None},
    {"match": link, "times": 30, "after": 20, "link": ""},
    {"match": link, "times": 60, "after": 20, "encode": 2},
    {"match": link, "times": 20, "after": 19, "status": 404, "body": "{}"},
    {"match": link, "times": 6, "after": 5, "status": 302, "headers": {"Location": "http://127.0.0.2/"}},
    {"match": "/blob/", "times": 60, "after": 20, "cut": 700},
    {"match": "/blob/", "times": 40, "after": 30, "status": 503},
    {"match": "/blob/", "times": 30, "after": 20, "status": 403, "headers": {"x-ms-error-code": "AuthenticationFailed"}},
    {"match": "/blob/", "times": 30, "after": 25, "length": 5000},
    {"match": "/blob/", "times": 30, "after": 25, "md5": "AAAAAAAAAAAAAAAAAAAAAA=="},
    {"match": "/blob/", "times": 30, "after": 25, "status": 200, "body": "<html>sign in</html>", "headers": {"Content-Type": "text/html"}},
    {"match": link, "times": 2, "after": 1, "status": 401, "body": "{}"},
    {"match": "GET /api/machineactions[?]", "times": 2, "status": 500},
]
json.dump(faults, open("service/faults.json", "w"))
PY
export LIST_PAGE=150
serve
echo good >token
run init >/dev/null
both() {
  for part in 1 2; do
    "${fetch[@]}" >"out.$part" 2>"err.$part" &
    pids+=($!)
  done
  wait "${pids[@]}" || true
}
fetch=("$LRARCHIVE" fetch --api-url "$URL" --blob-hosts 127.0.0.1 --token-command 'cat token; echo renewed >token' --all)
pids=()
both
# What failed for good in this round (a redirect, a 404) is had the next time.
for _ in 1 2 3; do
  "${fetch[@]}" >out.3 2>err.3 && break
done
equal 2000 "$(sql 'SELECT count(*) FROM (SELECT DISTINCT action_id, command_index FROM acquisitions WHERE action_id IS NOT NULL)')"
equal 2000 "$(sql 'SELECT count(*) FROM acquisitions WHERE action_id IS NOT NULL')"
equal 2000 "$(sql "SELECT count(*) FROM results WHERE script_output LIKE 'result %' AND output_bytes > 800 AND parse_status = 'ok'")"
equal 400 "$(sql 'SELECT count(*) FROM actions')"
equal 400 "$(sql "SELECT count(*) FROM packages WHERE kind = 'action'")"
run verify >/dev/null
python3 - <<'PY'
import json
# A call that is on its way while another's waiting moves the clock is seen late: ten at most are on their way.
times = sorted(json.loads(line)["time"] for line in open("service/log.jsonl") if "/api/" in line)
for most, seconds in ((100, 60), (1500, 3600)):
    most += 10
    for begin in range(len(times) - most):
        assert times[begin + most] - times[begin] >= seconds, (most, begin, times[begin + most] - times[begin])
assert len(times) >= 2000
PY
for secret in sig= 'Bearer ' good renewed; do
  ! grep -rlaF -e "$secret" archive state out.? err.? || fail "'$secret' is written down"
done
equal "" "$(ls archive/spool)"
