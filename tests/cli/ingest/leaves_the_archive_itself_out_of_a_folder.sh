run init >/dev/null
transcript a.ps1 text >a.json
run ingest . | cut -f 8 >first
contains first ./a.json
sql 'SELECT source FROM acquisitions' | grep -q /archive/ && fail "the archive was taken into itself"
run verify >/dev/null
