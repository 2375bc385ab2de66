# Words come from people, and from those who write like people.
run init >/dev/null
transcript $'a\x1b[2Jb.ps1' 'output\n' >a.json
run ingest -q a.json
run_exit 0 case create IR-7 --title $'red \x1b[31m' --note $'two\nlines\tand a tab'
run case add IR-7 1 --reason $'"quoted", <b>, \x1b]0;title\x07' >/dev/null
script -qec "'$LRARCHIVE' case show IR-7; '$LRARCHIVE' case list" /dev/null </dev/null >shown
! grep -q $'\x1b' shown || fail "an escape is live: $(cat -v shown)"
contains shown '\x1b'
"$LRARCHIVE" case show IR-7 >piped
equal 2 "$(grep -cE 'case_(created|added)' piped)" # a line stays a line
"$LRARCHIVE" --json case show IR-7 | jq -e . >/dev/null
equal $'"quoted", <b>, \x1b]0;title\x07' "$("$LRARCHIVE" --json case show IR-7 | jq -r 'select(.exhibit and .reason).reason')"
