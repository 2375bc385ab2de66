mkdir full && touch full/file
run_exit 2 -a full init
contains err "not empty"
equal file "$(ls full)"
run init >/dev/null
run_exit 2 init
contains err "an archive here already"
run_exit 2 -a no/such/folder init
