run init >/dev/null
for end in 'pid 12 a' 'pid 3456 a' 'pid 12 b'; do
  python3 -c "import json; print(json.dumps({'script_name': 's.ps1', 'script_output': 'first\n' + 'x ' * 1500000 + '$end\nlast\n'}))" | run ingest -q -
done
run stack -q --json | jq -s '[.[] | select(.is_cut)] | length' >got
equal 3 "$(cat got)"
equal 2 "$(run stack -q --json --mask '(?<=pid )\d+' | jq -s '[.[] | select(.is_cut)] | length')"
