run init >/dev/null
mkdir in
for i in $(seq 400); do printf '{"script_name":"%d-%0300d.ps1","exit_code":0,"script_output":"%d"}' "$i" 0 "$i" >"in/$i.json"; done
run ingest -q in
for verb in list 'list --json' log 'query SELECT+*+FROM+results'; do
  # shellcheck disable=SC2086
  set -- ${verb%% *} "$(cut -s -d' ' -f 2 <<<"$verb" | tr + ' ')"
  [ -n "$2" ] || set -- "$1"
  "$LRARCHIVE" "$@" 2>err | head -n 1 >out
  [ ! -s err ] || fail "$*: $(cat err)"
  [ -s out ] || fail "$*: nothing"
done
