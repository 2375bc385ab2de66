run init >/dev/null
for i in 1 2 3 4 5 6; do
  printf '{"script_name":"s%s\\u001b[2J\\u0007\\u202e\\n%040d","script_output":"x"}' "$i" 0 | run ingest -q --machine "m$i-$(printf '%030d' 0)" -
done
for verb in stats 'stats --by script' 'stats --json' 'stats --by script --json'; do
  script -qec "stty cols 72; \"$LRARCHIVE\" $verb" /dev/null </dev/null | tr -d '\r' >screen
  if LC_ALL=C grep -qP '\x1b|\x07|\xe2\x80\xae' screen; then fail "$verb: $(cat -v screen)"; fi
  [[ $verb == *json* ]] || [ "$(wc -L <screen)" -le 72 ] || fail "$verb: too wide: $(cat screen)"
done
contains <(run stats) $'s1\e[2J\a\u202e\\n0'
equal 11 "$(run stats | wc -l)"
