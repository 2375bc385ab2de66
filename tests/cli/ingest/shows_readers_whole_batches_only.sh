# A batch of small results and one whose text is far larger than its file: whoever looks, and however
# often, sees none of the batch or all of it.
run init >/dev/null
mkdir in
for i in 1 2 3 4 5; do transcript "s$i.ps1" "small $i" >in/a$i.json; done
{
  printf '{"script_name":"large.ps1","script_output":"'
  awk 'BEGIN { for (i = 0; i < 1700000; i++) printf "a line of the large one, and some more of it\\r\\n" }'
  printf '"}'
} | gzip -1 >in/b.json.gz
[ "$(zcat in/b.json.gz | wc -c)" -gt $((72 * 1024 * 1024)) ] || fail "not large enough"
[ "$(stat -c %s in/b.json.gz)" -lt 1000000 ] || fail "not packed enough to share a batch"
transcript last.ps1 last >in/c.json
seen() {
  sql 'SELECT (SELECT count(*) FROM results) || " " || (SELECT count(*) FROM packages WHERE kind IS NOT NULL) || " " ||
    (SELECT count(*) FROM acquisitions) || " " || (SELECT count(*) FROM ledger)'
}
# Killed in the middle of it, nothing is known of the batch that the ledger does not hold.
"$LRARCHIVE" ingest -q in &
ingest=$!
until [ "$(stat -c %s archive/history.db-wal)" -gt 40000000 ]; do sleep 0.05; done
equal "0 0 0 0" "$(seen)"
kill -9 $ingest
wait $ingest 2>/dev/null || true
run verify >/dev/null
run ingest -q in/a1.json
run verify >/dev/null
rm -rf archive
run init >/dev/null
"$LRARCHIVE" ingest -q in &
ingest=$!
looks=0
while kill -0 $ingest 2>/dev/null; do
  now=$(seen)
  [ "$now" = "0 0 0 0" ] || [ "$now" = "7 7 7 7" ] || fail "a part of a batch was seen: $now"
  looks=$((looks + 1))
done
wait $ingest
[ "$looks" -gt 5 ] || fail "only looked $looks times"
equal "7 7 7 7" "$(seen)"
