run init >/dev/null
printf '{"script_name":"s","script_output":"x\\u001b[2J\\u0007\\u202egnp\\tend\\nplain\\n"}' | run ingest -q --machine ws-1 -
script -qec "stty cols 60; \"$LRARCHIVE\" stack" /dev/null </dev/null | tr -d '\r' >screen
if LC_ALL=C grep -qP '\x1b|\x07|\xe2\x80\xae' screen; then fail "$(cat -v screen)"; fi
contains screen 'x\x1b[2J\x07\u202egnp\tend'
equal $'x\e[2J\a\u202egnp\\tend' "$(run stack -q | tail -n 1 | cut -f 4)"
for i in 2 3 4 5; do transcript s 'plain\n' | run ingest -q --machine "ws-$i" -; done
script -qec "stty cols 80; \"$LRARCHIVE\" stack" /dev/null </dev/null | tr -d '\r' >screen
contains screen 'ws-1, ws-2, ws-3, …'
contains <(run stack -q) 'ws-1, ws-2, ws-3, ws-4, ws-5'
