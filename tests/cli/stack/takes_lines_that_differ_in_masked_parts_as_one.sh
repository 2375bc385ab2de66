run init >/dev/null
transcript p.ps1 '# now\nsvchost.exe 812\nevil.exe 5\n' | run ingest -q --machine ws-1 -
transcript p.ps1 '# then\nsvchost.exe 90\nsvchost.exe 91\n' | run ingest -q --machine ws-2 -
run stack -q --mask '\d+' --ignore '^#' >out
printf 'MACHINES\tRESULTS\tWHICH\tLINE\n1\t1\tws-1\tevil.exe 5\n2\t2\tws-1, ws-2\tsvchost.exe 812\n' | diff - out
run_exit 2 stack --mask '(a'
contains err '--mask "(a" is no regular expression'
transcript q.ps1 "$(printf '%060d' 0)x" | run ingest -q -
run_exit 3 stack --ignore '(0+)+[ab]$'
contains err 'result 3, line 1: the regular expression'
[ ! -s out ] || fail "$(cat out)"
