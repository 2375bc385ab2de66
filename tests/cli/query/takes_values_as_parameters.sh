run init >/dev/null
transcript "it's;--.ps1" one '' 5 | run ingest -q -
transcript 007 two '' 0 | run ingest -q -
ids() { run query "$@" | tail -n +2 | paste -sd ' '; }
equal 1 "$(ids --param code=5 'SELECT result_id FROM results WHERE exit_code = :code')"
equal 1 "$(ids --param "s=it's;--.ps1" 'SELECT result_id FROM results WHERE script_name = @s')"
equal 1 "$(ids --param "s=it's;--.ps1" --param=code=5 'SELECT result_id FROM results WHERE script_name = $s AND exit_code >= :code')"
equal 2 "$(ids --param s=007 'SELECT result_id FROM results WHERE script_name = :s')"
transcript 42 three '' 7 | run ingest -q -
equal 3 "$(ids --param s=42 'SELECT result_id FROM results WHERE script_name = :s')"
equal 3 "$(ids --param s=42 "SELECT result_id FROM results WHERE script_name || '' = CAST(:s AS TEXT)")"
equal '1 2 3' "$(ids --param n=1 'SELECT result_id FROM results WHERE (SELECT count(*) FROM results) > :n ORDER BY 1')"
equal 3 "$(ids --param n=1 'SELECT result_id FROM results ORDER BY 1 DESC LIMIT :n')"
equal 1 "$(ids --param x= "SELECT :x = ''")"
equal 'a=b' "$(ids --param x=a=b 'SELECT :x')"

refused() {
  run_exit 2 query "${@:2}"
  contains err "$1"
  [ ! -s out ] || fail "printed: $(cat out)"
}
refused 'the SQL has no parameter for "b"' --param a=1 --param b=2 'SELECT :a'
refused "the SQL's parameter @c has no value" --param a=1 'SELECT :a, @c'
refused "the SQL's parameter :a has no value" 'SELECT :a'
refused 'without a name' --param a=1 'SELECT :a, ?'
refused 'given twice' --param a=1 --param a=2 'SELECT :a'
refused 'NAME=VALUE' --param a 'SELECT :a'
refused 'NAME=VALUE' --param =1 'SELECT :a'
