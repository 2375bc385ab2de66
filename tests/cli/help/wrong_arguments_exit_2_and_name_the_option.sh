run init >/dev/null
run_exit 2 list --machine
contains err "--machine needs a value"
run_exit 2 verify --quick=yes
contains err "--quick takes no value"
run_exit 2 list --limit 1 --limit 2
contains err "--limit is given twice"
run_exit 1 list --limit 1 --limit=1 -q
run_exit 2 list something
contains err 'unexpected argument "something"'
run_exit 2 show
contains err "show needs RESULT"
run_exit 2 ingest
contains err "ingest needs PATH"
run_exit 2 -a
contains err "-a needs a value"
