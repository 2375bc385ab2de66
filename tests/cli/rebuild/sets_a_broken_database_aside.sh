run init >/dev/null
transcript a.ps1 text | run ingest -q -
rm -f archive/history.db-*
head -c 65536 /dev/urandom >archive/history.db
run_exit 4 list
contains err "history.db"
run_exit 0 rebuild
run list | grep -q a.ps1
[ -n "$(find archive/recovered -name "*history.db*")" ] || fail "the broken database is gone"
run verify >/dev/null
