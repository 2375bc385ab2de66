run init >/dev/null
long() { python3 -c "import json; print(json.dumps({'script_name': 's.ps1', 'script_output': 'first\n' + 'x ' * 1500000 + '$1\nlast\n'}))" | run ingest -q -; }
long 'pid 12 a'
long 'pid 3456 a'
long 'pid 12 b'
run_exit 1 diff 1 2
equal 5 "$(sed 1,2d out | wc -l)"
equal 3000009 "$(grep '^-x' out | wc -c | tr -d ' ' | awk '{print $1 - 1}')"
run diff --mask '(?<=pid )\d+' 1 2
run_exit 1 diff --set --json 1 3
equal '[true,true]' "$(jq -sc '[.[:2][].is_cut]' out)"
run_exit 1 diff --mask '(?<=pid )\d+' 2 3
