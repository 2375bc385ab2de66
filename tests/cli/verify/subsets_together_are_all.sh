run init >/dev/null
for i in $(seq 9); do transcript "$i.ps1" "$i" >"$i.json"; done
run ingest -q ./*.json
total=0
for part in 1 2 3 4; do
  total=$((total + $(run verify --json --subset $part/4 | jq .summary.packages)))
done
equal 9 "$total"
for wrong in 0/4 5/4 1 1/0 x/y -1/4 1/4/4; do
  run_exit 2 verify --subset "$wrong"
  contains err "--subset"
done
