run init >/dev/null
run_exit 2 list --mach ws-1
contains err "unknown option --mach; see \`lrarchive list --help\`"
run_exit 2 list --jso
contains err "unknown option --jso"
run_exit 2 -x list
contains err "unknown option -x"
run_exit 2 --machine ws-1 list
contains err "unknown option --machine"
run_exit 2 list -c
contains err "unknown option -c"
