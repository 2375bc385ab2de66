run init >/dev/null
forever='WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) '
run_exit 3 query --max-rows 3 "$forever SELECT i FROM n"
equal $'i\n1\n2\n3' "$(cat out)"
contains err '--max-rows'
run_exit 3 -q query --max-rows 3 "$forever SELECT i FROM n"
contains err '--max-rows'
run query --max-rows 3 "$forever SELECT i FROM n LIMIT 3" >/dev/null
equal 1000001 "$(run query --max-rows 0 --timeout 0 "$forever SELECT i FROM n LIMIT 1000001" | tail -n 1)"
run_exit 3 query "$forever SELECT i FROM n"
equal 1000000 "$(tail -n 1 out)"

run_exit 3 query --timeout 1s "$forever SELECT count(*) FROM n"
contains err '--timeout'
run_exit 3 --json query --timeout 1s "$forever SELECT i FROM n WHERE i < 3"
equal $'{"i":1}\n{"i":2}' "$(cat out)"
jq -e '.code == "limit"' err >/dev/null || fail "$(cat err)"

# A reader that takes its time costs the query none of its own.
run query --timeout 1s "$forever SELECT i, hex(zeroblob(500)) AS x FROM n LIMIT 2000" | { sleep 1.5; cat; } >slow
equal 2001 "$(wc -l <slow)"

# What does not fit memory is refused; nothing that was printed before is lost.
run_exit 2 query "SELECT zeroblob(1000000000)"
contains err 'at most 64 MiB'
run_exit 2 query "$forever SELECT i, hex(zeroblob(2000)) AS x FROM n ORDER BY x DESC"
contains err '512 MiB of memory'

# Ctrl-C
"$LRARCHIVE" query --timeout 0 "$forever SELECT count(*) FROM n" >out 2>err &
child=$!
sleep 0.5
kill -TERM "$child"
status=0
wait "$child" || status=$?
equal 6 "$status"
equal 1 "$(wc -l <err)"
for wrong in '--max-rows -1' '--max-rows x' '--timeout 5' '--timeout -1s' '--format xml'; do
  # shellcheck disable=SC2086
  run_exit 2 query $wrong 'SELECT 1'
  contains err "${wrong%% *}"
done
