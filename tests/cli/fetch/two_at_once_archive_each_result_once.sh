# Two that fetch the same: each result comes once, and who finds it being fetched says so (6), or has it already (0).
. "$ROOT/tests/fetch/lib.sh"
faults '{match: "/blob/", times: 2, slow: 0.5}'
serve
action 1 Succeeded Completed Completed Completed Completed Completed Completed
for index in 0 1 2 3 4 5; do result 1 $index "text $index"; done
run init >/dev/null
for part in 1 2 3; do
  "$LRARCHIVE" fetch --api-url "$URL" --blob-hosts 127.0.0.1 "$(guid 1)" --parallel 2 >out.$part 2>err.$part &
  pids[part]=$!
done
for part in 1 2 3; do
  status=0
  wait "${pids[part]}" || status=$?
  [ $status -eq 0 ] || { [ $status -eq 6 ] && contains err.$part "another process is fetching the rest"; } || fail "$status: $(cat err.$part)"
done
equal 6 "$(sql 'SELECT count(*) FROM acquisitions WHERE action_id IS NOT NULL')"
equal 6 "$(requests '.path | startswith("/blob/")')"
equal "" "$(ls archive/spool)"
run verify >/dev/null
