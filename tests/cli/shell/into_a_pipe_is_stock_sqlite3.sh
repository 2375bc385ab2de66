run init >/dev/null
transcript $'e\e[31m\u202e.ps1' $'one\ntwo\n' | run ingest -q -
equal 1 "$(echo 'SELECT 1;' | run shell)"
printf 'e\e[31m\u202e.ps1|1|one\ne\e[31m\u202e.ps1|2|two\n' >want
echo 'SELECT script_name, line_no, line FROM results, output_lines(content_id);' | run shell | cmp - want
printf '.mode csv\nSELECT output_json(1) IS NULL AS n;\n' | run shell | cmp - <(printf '1\r\n') || fail "another mode"

# The exit status is sqlite3's.
status=0
echo 'SELECT nothing;' | "$LRARCHIVE" shell >out 2>err || status=$?
equal 1 "$status"
contains err nothing
status=0
echo '.exit 7' | "$LRARCHIVE" shell || status=$?
equal 7 "$status"
# A reader that goes away ends it as it ends sqlite3: by SIGPIPE.
echo 'WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;' >sql
(
  set +o pipefail
  timeout 20 "$LRARCHIVE" shell <sql | head -n 1 >out
  equal 141 "${PIPESTATUS[0]}"
)
equal 1 "$(cat out)"

run_exit 2 shell 'SELECT 1'
run_exit 2 shell --readonly
run_exit 4 shell -a nowhere </dev/null
mkdir empty
status=0
PATH=$PWD/empty "$LRARCHIVE" shell </dev/null >out 2>err || status=$?
equal 4 "$status"
contains err 'install'
