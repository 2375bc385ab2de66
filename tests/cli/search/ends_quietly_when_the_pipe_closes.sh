run init >/dev/null
mkdir in
yes 'evil line' | head -n 20000 >text || true
jq -cn --rawfile o text '{script_name: "big.ps1", exit_code: 0, script_output: $o}' >in/big.json
for i in $(seq 300); do printf '{"script_name":"%d.ps1","exit_code":0,"script_output":"evil %0300d"}' "$i" "$i" >"in/$i.json"; done
run ingest -q in
yes evil | head -n 3 >list || true
for how in evil '--substring evil' '--regex evil' 'evil -C 2' 'evil -l' 'evil -c' 'evil --json' '--patterns list' '--patterns list --by indicator'; do
  # shellcheck disable=SC2086
  "$LRARCHIVE" search -q $how 2>err | head -n 1 >out
  [ ! -s err ] || fail "$how: $(cat err)"
  [ -s out ] || fail "$how: nothing"
done
