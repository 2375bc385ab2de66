# Killed in the middle of a package: the next run goes on by Range, and has it once and whole. Killed when all had come and
# nothing was archived: nothing comes twice.
. "$ROOT/tests/fetch/lib.sh"
faults '{match: "/blob/", times: 1, stall: 300000}'
serve
action 1
python3 -c 'import json; print(json.dumps({"script_name": "a.ps1", "exit_code": 0, "script_errors": "",
  "script_output": "".join(f"line {n}\n" for n in range(100000))}))' >"service/blobs/$(guid 1)_0"
run init >/dev/null
"$LRARCHIVE" fetch --api-url "$URL" --blob-hosts 127.0.0.1 "$(guid 1)" >out 2>err &
spool=archive/spool/$(guid 1)_0
has_all() { [ "$(stat -c %s "$spool" 2>/dev/null || echo 0)" -ge "$1" ]; }
until_true has_all 300000
kill -9 $!
wait $! || true
equal 300000 "$(stat -c %s "$spool")"
fetch "$(guid 1)"
equal "bytes=300000-" "$(jq -r 'select(.path | startswith("/blob/")) | .range' service/log.jsonl | tail -n 1)"
contains err "1 fetched"
run cat --raw "$(guid 1)/0" | cmp - "service/blobs/$(guid 1)_0"
equal 1 "$(sql 'SELECT count(*) FROM acquisitions WHERE action_id IS NOT NULL')"
equal "" "$(ls archive/spool)"
# Whole in the spool, as a crash before the commit leaves it.
action 2
cp "service/blobs/$(guid 1)_0" "service/blobs/$(guid 2)_0"
cp "service/blobs/$(guid 1)_0" "archive/spool/$(guid 2)_0"
printf '"0x%s0"' "$(md5sum <"service/blobs/$(guid 1)_0" | head -c 12)" >"archive/spool/$(guid 2)_0.etag"
: >service/log.jsonl
fetch "$(guid 2)"
equal "416 bytes=$(stat -c %s "service/blobs/$(guid 1)_0")-" \
  "$(jq -r 'select(.path | startswith("/blob/")) | "\(.status) \(.range)"' service/log.jsonl)"
contains err "1 fetched"
run cat --raw "$(guid 2)/0" | cmp - "service/blobs/$(guid 1)_0"
equal "" "$(ls archive/spool)"
run verify >/dev/null
