# While day after day of a history is taken in, readers of every kind look again and again: no error, and
# never a part of a batch.
cc -std=c11 -O1 -D_GNU_SOURCE -o history "$ROOT/bench/history.c"
./history 1200 in
rm -r in/*-[123]?
run init >/dev/null
(for day in in/*; do "$LRARCHIVE" ingest -q "$day" || [ $? -eq 3 ] || exit; done && touch finished) 2>ingest.err &
ingest=$!
look='SELECT (SELECT count(*) FROM ledger) || " " || (SELECT count(*) FROM results) || " " ||
  (SELECT count(*) FROM acquisitions) || " " || (SELECT count(*) FROM output_fts WHERE output_fts MATCH "on")'
answer() {
  "$LRARCHIVE" "$@" >got 2>got.err || [ $? -eq 1 ] || fail "lrarchive $*: $(cat got.err)"
  grep -v "lacks the ledger's last lines\|no result fits\|no result has the number 1\"" got.err >got.bad || return 0
  fail "lrarchive $*: $(cat got.bad)"
}
while kill -0 $ingest 2>/dev/null; do
  sql "$look" >>looks
  answer query --json "$look"
  jq -r '.[]' got >>looks
  answer list --json
  wc -l <got >>lists
  answer list --script 'list-*' --limit 5
  answer show --json 1
done
wait $ingest
[ ! -s ingest.err ] && [ -e finished ] || fail "$(cat ingest.err)"
# What may be seen: the state behind each day's ingest.
lines=0
echo "0 0 0 0" >whole
for day in in/*; do
  lines=$((lines + $(find "$day" -type f | wc -l)))
  sql "SELECT $lines || ' ' || (SELECT count(*) FROM results WHERE result_id <= $lines) || ' ' ||
    (SELECT count(*) FROM acquisitions WHERE number <= $lines) || ' ' || (SELECT count(*) FROM output_fts
      JOIN output_pages ON page_id = output_fts.rowid WHERE content_id <= $lines AND output_fts MATCH 'on')" >>whole
done
sort -u looks >seen
[ "$(wc -l <seen)" -gt 3 ] || fail "only looked at $(cat seen)"
sort -u whole | comm -23 seen - >parts
[ ! -s parts ] || fail "parts of batches: $(cat parts)"
cut -d' ' -f2 whole | sort -u >counts
sort -u lists | comm -23 - counts >parts
[ ! -s parts ] || fail "lists of parts: $(cat parts)"
