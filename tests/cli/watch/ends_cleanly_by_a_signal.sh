# SIGTERM ends it within two seconds and with exit 0, while it sleeps and while a package comes; that one goes on the next time. What
# watch.json says is whole at any moment.
. "$ROOT/tests/fetch/lib.sh"
faults '{match: "/blob/", times: 1, stall: 100000}'
serve
action 1
run init >/dev/null
begin() {
  "$LRARCHIVE" watch --every 1h --api-url "$URL" --blob-hosts 127.0.0.1 >out 2>err &
  pid=$!
}
end() {
  local begun=$SECONDS status=0
  kill -TERM $pid
  wait $pid || status=$?
  [ $status -eq 0 ] || fail "exit $status: $(cat err)"
  [ $((SECONDS - begun)) -le 2 ] || fail "took $((SECONDS - begun)) s"
}
has_written() { jq -e .last_round_at archive/state/watch.json >/dev/null 2>&1; }
begin
until_true has_written
end
contains err "0 fetched, 1 failed"
python3 -c 'print("{\"script_name\":\"b\",\"script_output\":\"" + "b" * 300000 + "\"}")' >"service/blobs/$(guid 1)_0"
rm -r archive/state/attempts
before=$(cat archive/state/watch.json)
begin
has_some() { [ "$(stat -c %s "archive/spool/$(guid 1)_0" 2>/dev/null)" = 100000 ]; }
until_true has_some
end
equal "$before" "$(cat archive/state/watch.json)"
equal "" "$(ls archive/state/attempts 2>/dev/null || true)"
verb_exit 0 watch --once
equal "bytes=100000-" "$(jq -r 'select(.path | startswith("/blob/")).range' service/log.jsonl | tail -n 1)"
run cat --raw "$(guid 1)/0" | cmp - "service/blobs/$(guid 1)_0"
equal "" "$(ls archive/spool)"
run verify >/dev/null
