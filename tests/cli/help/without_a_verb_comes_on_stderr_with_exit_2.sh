run_exit 2
[ ! -s out ] || fail "stdout is not empty"
contains err "usage: lrarchive VERB"
