run init >/dev/null
transcript a.ps1 text >a.json
status=0
"$LRARCHIVE" ingest a.json >&- 2>err || status=$?
equal 4 "$status"
contains err "cannot write to stdout"
run verify | grep -q "1 package .*no damage"
status=0
"$LRARCHIVE" list >/dev/full 2>err || status=$?
equal 4 "$status"
contains err "No space left on device"
