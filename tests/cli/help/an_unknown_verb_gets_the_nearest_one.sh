run_exit 2 ingets file
contains err '`ingest`'
run_exit 2 help verfy
contains err '`verify`'
run_exit 2 xyzxyz
[ ! -s out ] || fail "stdout is not empty"
