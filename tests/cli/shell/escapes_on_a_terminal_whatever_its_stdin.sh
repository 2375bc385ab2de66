run init >/dev/null
jq -cn '{script_name: "e\u001b[31m\u00e9.ps1", exit_code: 0, script_output: "x"}' | run ingest -q -
# stdout a terminal, stdin none
echo 'SELECT script_name FROM results; SELECT 1 FROM "nowhere'$'\e''[31m";' >sql
script -qec "\"$LRARCHIVE\" shell <sql" /dev/null </dev/null | tr -d '\r' >screen || true
contains screen 'e\x1b[31mé.ps1'
contains screen 'nowhere\x1b[31m'
LC_ALL=C grep -q $'\e' screen && fail "live: $(cat -v screen)"
# stderr alone
script -qec "\"$LRARCHIVE\" shell <sql >out" /dev/null </dev/null | tr -d '\r' >screen || true
printf 'e\e[31mé.ps1\n' | cmp - out
contains screen 'nowhere\x1b[31m'
LC_ALL=C grep -q $'\e' screen && fail "live: $(cat -v screen)"
# stdout alone, and the status is sqlite3's
echo '.exit 3' >>sql
status=0
script -qec "\"$LRARCHIVE\" shell <sql 2>err" /dev/null </dev/null >screen || status=$?
equal 3 "$status"
printf 'no such table: nowhere\e[31m\n' | grep -qF "$(tail -n 1)" err || fail "$(cat -v err)"
# A signal goes on to sqlite3, and the terminal is left as it was.
script -qec "before=\$(stty -g); timeout --foreground -s TERM 1 \"$LRARCHIVE\" shell; echo status \$?; [ \"\$before\" = \"\$(stty -g)\" ] && echo as it was" \
  /dev/null </dev/null | tr -d '\r' >screen
contains screen 'as it was'
