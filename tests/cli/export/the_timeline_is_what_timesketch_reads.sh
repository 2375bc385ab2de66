# The four fields that its importer wants, and one order.
run init >/dev/null
action=5382f7ea-7557-4ab7-9782-d50480024a4e
cat >"$action.json" <<END
{"id":"$action","type":"LiveResponse","status":"Succeeded","requestor":"ann","requestorComment":"hunt","machineId":"m1",
"computerDnsName":"ws-1.corp.example","creationDateTimeUtc":"2026-03-01T09:00:00Z","lastUpdateDateTimeUtc":"2026-03-01T09:05:00Z",
"commands":[{"index":0,"startTime":"2026-03-01T09:01:00Z","endTime":"2026-03-01T09:02:00.1234567Z","commandStatus":"Completed",
"errors":[],"command":{"type":"RunScript","params":[{"key":"ScriptName","value":"a.ps1"}]}}]}
END
transcript a.ps1 'out\n' '' 3 >"${action}_0.json"
transcript old.ps1 'before 1970\n' >old.json
run ingest -q "$action.json" >/dev/null
run_exit 0 case create IR-7 --title hunt
run ingest -q --case IR-7 "${action}_0.json" >/dev/null
run ingest -q --case IR-7 --machine ws-2 --observed 1969-12-31T23:59:59.9999999Z old.json >/dev/null
run ingest -q --machine ws-2 old.json >/dev/null
run_exit 0 case note IR-7 'a note'
run_exit 0 key new -o key --name ann@corp.example
run_exit 0 export IR-7 -o case.zip --key key
unzip -q case.zip -d bag
cd bag/* || exit 1
python3 - <<'END'
import datetime
import json
events = [json.loads(line) for line in open("data/timeline.jsonl", encoding="utf-8")]
epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
for event in events:
    assert event["message"] and event["timestamp_desc"] and event["data_type"].startswith("lrarchive:"), event
    at = datetime.datetime.fromisoformat(event["datetime"])
    assert (at - epoch) // datetime.timedelta(microseconds=1) == event["timestamp"], event
    assert None not in event.values(), event
times = [event["timestamp"] for event in events]
assert times == sorted(times)
assert times[0] == -1 and events[0]["timestamp_desc"] == "Output Observed" and events[0]["machine_name"] == "ws-2"
told = [event["timestamp_desc"] for event in events]
assert told[1:5] == ["Action Created", "Command Started", "Command Ended", "Action Last Updated"], told
end = events[3]
assert end["datetime"] == "2026-03-01T09:02:00.123456+00:00" and end["exit_code"] == 3 and end["exhibit"] == "IR-7-0001", end
assert told.count("Output Observed") == 1
assert told.count("Package Acquired") == 3
assert [event["event"] for event in events if event["data_type"] == "lrarchive:case"][:4] == [
    "case_created", "case_added", "case_added", "case_noted"]
END
