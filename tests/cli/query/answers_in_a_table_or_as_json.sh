run init >/dev/null
transcript a.ps1 one | run ingest -q -
printf 'n\tt\tabsent\tr\tb\n1\ta.ps1\t\t1.5\t00ff\n' >want
run query "SELECT result_id AS n, script_name AS t, NULL AS absent, 1.5 AS r, x'00ff' AS b FROM results" | diff want - || fail "another table"
equal '{"n":1,"t":"a.ps1","absent":null,"r":1.5,"b":"00ff","w":2.0,"big":9223372036854775807}' \
  "$(run --json query "SELECT result_id AS n, script_name AS t, NULL AS absent, 1.5 AS r, x'00ff' AS b, 2.0 AS w, 9223372036854775807 AS big FROM results")"
equal n "$(run query 'SELECT 1 AS n WHERE 0')"
equal "" "$(run query --json 'SELECT 1 AS n WHERE 0')"
run query "SELECT snippet(output_fts, 0, '[', ']', '', 4) AS s FROM output_fts WHERE output_fts MATCH 'one'" | grep -qF '[one]'
