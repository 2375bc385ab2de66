run init >/dev/null
transcript a.ps1 first >a.json
mkfifo slow
"$LRARCHIVE" ingest --json a.json slow >out 2>err &
writer=$!
exec 9>slow
for _ in $(seq 100); do
  [ -s out ] && break
  sleep 0.05
done
printf '{"script_name":"b.ps1","script_output":"' >&9
sleep 0.3
kill -TERM "$writer"
status=0
wait "$writer" || status=$?
exec 9>&-
equal 6 "$status"
jq -e '.code == "temporary"' err >/dev/null || fail "$(cat err)"
equal a.json "$(jq -r .path out)"
equal a.ps1 "$(sql 'SELECT script_name FROM results')"
run verify >/dev/null
transcript b.ps1 second | run ingest -q -
equal 2 "$(sql 'SELECT count(*) FROM results')"
