# A ledger that history.db does not know whole makes every answer say so.
run init >/dev/null
transcript a.ps1 a | run ingest -q -
cp -a archive/history.db old.db
transcript b.ps1 b | run ingest -q -
rm archive/history.db-wal archive/history.db-shm
cp old.db archive/history.db
run_exit 0 list
contains err "history.db lacks the ledger's last lines"
transcript c.ps1 c | "$LRARCHIVE" ingest -q -
equal 4 "$(run list | wc -l)"
