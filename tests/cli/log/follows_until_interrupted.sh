run init >/dev/null
transcript a.ps1 one | run ingest -q -
"$LRARCHIVE" log --follow --json >followed 2>err.log &
log=$!
for _ in $(seq 100); do
  [ -s followed ] && break
  sleep 0.05
done
transcript b.ps1 two | run ingest -q -
for _ in $(seq 100); do
  [ "$(wc -l <followed)" -eq 2 ] && break
  sleep 0.05
done
kill -TERM "$log"
wait "$log"
[ ! -s err.log ] || fail "$(cat err.log)"
cmp followed archive/ledger/000001.jsonl
