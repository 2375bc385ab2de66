run init >/dev/null
transcript a.ps1 'the whole truth' | run ingest -q -
cp archive/history.db whole.db
sqlite3 archive/history.db "UPDATE page SET text = replace(text, 'truth', 'fiction')"
run_exit 1 verify
contains out "history.db"
run rebuild >/dev/null
equal 'the whole truth' "$(run cat 1)"
sqlite3 archive/history.db "UPDATE ledger SET line_sha256 = printf('%064d', 0)"
run_exit 1 verify --quick
rm -f archive/history.db*
run_exit 1 verify
contains out "rebuild"
