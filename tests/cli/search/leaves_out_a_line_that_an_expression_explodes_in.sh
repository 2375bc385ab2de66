run init >/dev/null
transcript a.ps1 "first xb\n$(printf 'a%.0s' $(seq 60))c\nlast ab\n" | run ingest -q -
transcript b.ps1 'aab' | run ingest -q -
run_exit 3 search --regex '(a|aa)+[bx]'
equal '1:3 2:1' "$(tail -n +2 out | cut -f 1,6 | tr '\t' : | paste -sd' ')"
contains err 'incomplete: 1 line where the expression reached its limit'
run_exit 3 search --regex '(a|aa)+[bx]' --json
equal '2 1 false' "$(tail -n 1 out | jq -r '.summary | "\(.hits) \(.incomplete_limited_lines) \(.reached_limit)"')"
# After 100 such lines the expression itself is to blame: the search ends, and says how far it came.
awk 'BEGIN { for (i = 0; i < 120; i++) { for (k = 0; k < 50; k++) printf "a"; print "c" } }' >text
jq -cn --rawfile o text '{script_name: "c.ps1", exit_code: 0, script_output: $o}' | run ingest -q -
run_exit 3 search --regex '(a|aa)+[bx]'
contains err 'the regular expression reached its limit'
contains err 'make it simpler'
contains err 'searched until the limit was reached'
equal '1:3 2:1' "$(tail -n +2 out | cut -f 1,6 | tr '\t' : | paste -sd' ')"
# On a terminal the marks of a hit do not matter.
transcript d.ps1 "needle $(printf 'a%.0s' $(seq 60))c" | run ingest -q -
script -qec "NO_COLOR=1 \"$LRARCHIVE\" search --script d.ps1 --regex 'needle|(a|aa)+[bx]'; echo exit \$?" /dev/null </dev/null | tr -d '\r' >screen
contains screen 'needle aaa'
contains screen 'exit 0'
