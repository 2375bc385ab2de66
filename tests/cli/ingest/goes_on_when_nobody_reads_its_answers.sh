run init >/dev/null
mkdir in
for i in $(seq 300); do printf '{"script_name":"%d.ps1","exit_code":0,"script_output":"%d"}' "$i" "$i" >"in/$i.json"; done
"$LRARCHIVE" ingest --json in 2>err | head -n 1 >out
[ ! -s err ] || fail "$(cat err)"
equal 300 "$(sql 'SELECT count(*) FROM packages')"
