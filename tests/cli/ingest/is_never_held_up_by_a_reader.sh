# A reader that keeps its transaction open sees what was there when it began, and ingests run to their
# end meanwhile.
run init >/dev/null
transcript first.ps1 first | run ingest -q -
mkfifo questions
sqlite3 -readonly archive/history.db <questions >answers 2>&1 &
reader=$!
exec 3>questions
echo 'BEGIN; SELECT count(*) FROM results;' >&3
until [ -s answers ]; do sleep 0.02; done
for i in $(seq 20); do
  transcript "more-$i.ps1" "more $i" >more.json
  [ "$(run ingest --json more.json | jq -r .status)" = ingested ] || fail "not ingested"
done
equal 21 "$(sql 'SELECT count(*) FROM results')"
equal 21 "$(run list --json | wc -l)"
run verify >/dev/null
echo 'SELECT count(*) FROM results; COMMIT; SELECT count(*) FROM results;' >&3
exec 3>&-
wait $reader
equal "1 1 21" "$(paste -sd' ' answers)"
