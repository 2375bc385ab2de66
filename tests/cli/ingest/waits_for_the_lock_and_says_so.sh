run init >/dev/null
transcript a.ps1 text >a.json
exec 9>archive/lock
flock 9
"$LRARCHIVE" ingest a.json >out.writer 2>err.writer 9>&- &
writer=$!
for _ in $(seq 100); do
  [ -s err.writer ] && break
  sleep 0.05
done
contains err.writer "waiting: another lrarchive"
[ ! -s out.writer ] || fail "it did not wait"
run_exit 1 list -q
flock -u 9
wait "$writer"
contains out.writer ingested
