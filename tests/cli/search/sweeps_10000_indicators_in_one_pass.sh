run init >/dev/null
mkdir in
for i in $(seq 50); do transcript "s$i.ps1" "seen host$((i * 100)).example and hash $(printf %040x "$i")" >"in/$i.json"; done
run ingest -q in
{ seq -f 'host%.0f.example' 1 9000; for i in $(seq 1000); do printf '%040x\n' "$i"; done; } >list
run search -q --patterns list --word --by indicator --json >out
equal 10001 "$(wc -l <out)"
equal 100 "$(jq -c 'select(.hits? == 1)' out | wc -l)"
equal 9900 "$(jq -c 'select(.hits? == 0)' out | wc -l)"
equal 'host100.example' "$(head -n 1 out | jq -r .indicator)"
