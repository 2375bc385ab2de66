run init >/dev/null
transcript piped.ps1 'through a pipe\n' >a.json
run ingest - <a.json >/dev/null
equal stdin "$(sql 'SELECT source FROM acquisitions')"
equal "through a pipe" "$(run cat 1)"
run cat --raw 1 | cmp - a.json
run ingest -q - <<<'not json at all'
equal file "$(sql 'SELECT kind FROM packages WHERE first_number = 2')"
[ -z "$(find archive -name "*spool*")" ] || fail "a spooled file was left behind"
