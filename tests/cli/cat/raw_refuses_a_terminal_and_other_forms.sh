run init >/dev/null
transcript a.ps1 text | run ingest -q -
status=0
script -qec "\"$LRARCHIVE\" cat --raw 1" /dev/null </dev/null >screen || status=$?
equal 2 "$status"
contains screen 'redirect it'
run_exit 2 cat --raw --error 1
run_exit 2 cat --raw --json 1
