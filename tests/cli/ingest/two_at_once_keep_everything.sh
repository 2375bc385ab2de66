run init >/dev/null
mkdir one two
for i in $(seq 60); do
  transcript "one-$i.ps1" "one $i" >"one/$i.json"
  transcript "two-$i.ps1" "two $i" >"two/$i.json"
done
"$LRARCHIVE" -q ingest one 2>err.one &
first=$!
"$LRARCHIVE" -q ingest two 2>err.two
wait "$first"
cat err.one err.two >err
[ ! -s err ] || fail "$(cat err)"
equal 120 "$(sql 'SELECT count(*) FROM results')"
run verify | grep -q "120 packages.*no damage"
