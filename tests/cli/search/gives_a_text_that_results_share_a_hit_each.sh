run init >/dev/null
transcript a.ps1 'one\nevil\nevil' >same.json
run ingest -q --machine ws-1 --observed 2026-03-01 --action aaaa --index 0 same.json
run ingest -q --machine ws-2 --observed 2026-03-02 --action bbbb --index 0 same.json
run ingest -q --machine ws-3 --observed 2026-03-03 --action cccc --index 0 same.json
transcript b.ps1 'evil' | run ingest -q --machine ws-1 --observed 2026-03-09 -
for how in '' --substring --regex; do
  # shellcheck disable=SC2086
  run search -q $how evil >out
  equal '1:2 1:3 2:2 2:3 3:2 3:3 4:1' "$(tail -n +2 out | cut -f 1,6 | tr '\t' : | paste -sd' ')"
  # shellcheck disable=SC2086
  run search -q -c $how evil >out
  equal '1:2 2:2 3:2 4:1' "$(tail -n +2 out | cut -f 1,5 | tr '\t' : | paste -sd' ')"
done
run search -q evil --machine ws-2 >out
equal '2:2 2:3' "$(tail -n +2 out | cut -f 1,6 | tr '\t' : | paste -sd' ')"
printf 'evil\nzzz\none\n' >list
run search -q --patterns list --by indicator --json >out
equal 'one 2026-03-01 2026-03-03 3 3
evil 2026-03-01 2026-03-09 3 7
zzz null null 0 0' "$(jq -r 'select(.indicator) | "\(.indicator) \(.first_seen | tostring[:10]) \(.last_seen | tostring[:10]) \(.machines) \(.hits)"' out | sort -k 5 -n -r | awk '{print}' | sort -t' ' -k4,4nr -k5,5n)"
equal '10 4' "$(tail -n 1 out | jq -r '.summary | "\(.hits) \(.results_with_hits)"')"
