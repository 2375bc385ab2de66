run init >/dev/null
for i in 1 2 3 4; do transcript "$i.ps1" "$i" | run ingest -q -; done
want=$(printf '%064d' 0)
number=0
while IFS= read -r line; do
  number=$((number + 1))
  equal "$want $number" "$(jq -r '"\(.prev) \(.number)"' <<<"$line")"
  want=$(printf %s "$line" | sha256sum | cut -c-64)
done < <(cat archive/ledger/*.jsonl)
equal 4 "$number"
equal "$number|$want" "$(sql 'SELECT number, line_sha256 FROM ledger ORDER BY number DESC LIMIT 1')"
