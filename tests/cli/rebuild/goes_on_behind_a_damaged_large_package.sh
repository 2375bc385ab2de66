# Rows of a large package are committed in steps, and those of the lines before it with the first: when
# its end turns out to be damaged, those lines are not put again.
run init >/dev/null
transcript before.ps1 before >a.json
{
  printf '{"script_name":"large.ps1","script_output":"'
  awk 'BEGIN { for (i = 0; i < 1700000; i++) printf "a line of the large one, and some more of it\\r\\n" }'
  printf '"}'
} >b.json
transcript behind.ps1 behind >c.json
run ingest -q a.json b.json c.json
segment=archive/evidence/results-000001.tar.gz
end=$(ledger 'select(.number == 2) | .offset + .stored_bytes')
printf '\x5a' | dd of="$segment" bs=1 seek=$((end - 40)) conv=notrunc status=none
run_exit 1 rebuild
contains out "3 ledger lines, 3 packages, 1 not read"
equal "before.ps1 behind.ps1" "$(sql 'SELECT group_concat(script_name, " ") FROM results')"
equal "" "$(sql 'SELECT 1 FROM content WHERE state = 0')"
