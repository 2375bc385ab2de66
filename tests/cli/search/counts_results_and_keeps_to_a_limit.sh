run init >/dev/null
for i in 1 2 3; do
  transcript "s$i.ps1" "$(for n in $(seq "$i"); do printf 'evil %d\\n' "$n"; done)" evil | run ingest -q --observed "2026-03-0$i" --machine "ws-$i" -
done
tab=$(printf '\t')
run search -q -c evil >out
equal "RESULT${tab}OBSERVED${tab}MACHINE${tab}SCRIPT${tab}HITS
1${tab}2026-03-01T00:00:00Z${tab}ws-1${tab}s1.ps1${tab}2
2${tab}2026-03-02T00:00:00Z${tab}ws-2${tab}s2.ps1${tab}3
3${tab}2026-03-03T00:00:00Z${tab}ws-3${tab}s3.ps1${tab}4" "$(cat out)"
run search -q -l evil >out
equal "RESULT${tab}OBSERVED${tab}MACHINE${tab}SCRIPT" "$(head -n 1 out)"
equal '1 2 3' "$(tail -n +2 out | cut -f 1 | paste -sd' ')"
limited() { # ROWS RESULTS ARGS…
  run search -q --json "${@:3}" evil >out
  equal "$1" "$(jq -c 'select(.result_id)' out | wc -l)"
  equal "$2 true" "$(tail -n 1 out | jq -r '"\(.summary.results_with_hits) \(.summary.reached_limit)"')"
}
limited 1 1 --limit 1
limited 3 2 --limit 3
limited 5 2 --limit 5
limited 6 3 --limit 6
limited 1 1 --limit 1 -l
limited 2 2 --limit 2 -c
limited 2 2 --limit 2 -l --substring
limited 2 2 --limit 2 -c --regex
run_exit 0 search --limit 2 evil
contains err 'searched until the limit was reached, in 3 results'
run search -q --json --limit 100 evil >out
equal '9 3 false' "$(tail -n 1 out | jq -r '.summary | "\(.hits) \(.results_with_hits) \(.reached_limit)"')"
