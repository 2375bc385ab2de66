run init >/dev/null
transcript a.ps1 text | run ingest -q -
file=archive/evidence/results-000001.tar.gz
cp $file whole
truncate -s -1 $file
run_exit 1 verify --json
jq -es --arg f "$PWD/$file" 'any(.[]; .check == "damage" and .path == $f and (.offset >= 0)) and (.[-1] | .status == "damaged" and .summary.damages > 0)' out >/dev/null || fail "$(cat out)"
run_exit 1 verify --quick
transcript b.ps1 text | run_exit 4 ingest -
contains err "results-000001.tar.gz"
rm $file
run_exit 1 verify
contains out "not there"
transcript b.ps1 text | run_exit 4 ingest -
[ ! -e $file ] || fail "a new segment was begun"
cp whole $file
run verify >/dev/null
transcript b.ps1 text | run ingest -q -
