# Names, comments and the service's own errors with escapes, line ends, tabs and quotes: escaped on a terminal, one line into a
# pipe, valid JSON; a message of 10 KB is cut.
. "$ROOT/tests/fetch/lib.sh"
serve
action 1
action 2
file=service/actions/$(guid 1).json
jq '.computerDnsName = "ws\u001b]0;x\u0007\n\"1\"\tx" | .requestorComment = "\u001b[2J\ncomment" |
  .commands[0].command.params[0].value = "a\u001b[31m\nb.ps1"' "$file" >new && mv new "$file"
result 1 0 'text'
faults "{match: \"$(guid 2)\$\", times: 9, status: 400, body: ({error: {code: \"Bad\u001b[31m\", message: (\"evil\u001b[2J\nline\" + \"x\" * 10000), target: \"\u0007\"}} | tojson)}"
run init >/dev/null
fetch "$(guid 1)" --dry-run
equal 1 "$(wc -l <out)"
fetch "$(guid 1)" --dry-run --json
equal $'ws\e]0;x\a\n"1"\tx' "$(jq -r .machine_name out)"
# terminal ARGS…: what a person sees.
terminal() {
  script -qec "$(printf '%q ' "$LRARCHIVE" "$@")" typescript </dev/null >/dev/null 2>&1 || true
  sed '1d;$d' typescript
}
access=(--api-url "$URL" --blob-hosts 127.0.0.1)
clean() {
  ! grep -qE $'\e\\]|\e\\[2J|\e\\[31m|\a' shown || fail "$(cat -v shown)"
}
terminal fetch "${access[@]}" "$(guid 1)" --dry-run >shown
clean
contains shown 'wanted'
contains shown '\x1b'
terminal fetch "${access[@]}" "$(guid 2)" >shown
clean
contains shown "answered 400"
terminal fetch "${access[@]}" "$(guid 1)" >shown
clean
fetch_exit 4 "$(guid 2)"
equal 2 "$(wc -l <err)"
contains err 'Bad\x1b[31m: evil\x1b[2J\nlinexxxx'
[ "$(wc -c <err)" -lt 2000 ] || fail "$(wc -c <err) bytes"
fetch_exit 4 "$(guid 2)" --json
jq -e . err >/dev/null || fail "$(cat err)"
run status >shown
equal 3 "$(grep -c . shown)"
terminal status >shown
clean
run status --json | jq -e . >/dev/null
