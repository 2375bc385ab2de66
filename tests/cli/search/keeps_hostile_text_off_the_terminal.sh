run init >/dev/null
# ESC with an OSC 52, BEL, CSI as one C1 character, a right-to-left override, CR and a NUL
jq -cn '"evil \u001b]52;c;ZXZpbA==\u0007 \u001b[2J \u009b31m \u202egnp \r x\u0000y BYTE" as $t |
  {script_name: ("s" + $t + ".ps1"), exit_code: 0, script_output: ("before " + $t + "\nevil " + $t + "\nbehind " + $t), script_errors: $t}' | LC_ALL=C sed 's/BYTE/\xff/g' >a.json
machine=$(printf 'm \e[31m evil \xc2\x9b2J\a')
action=11111111-2222-3333-4444-555555555555
jq -cn --arg m "$machine" --arg a "$action" '{id: $a, type: "LiveResponse", machineId: "aa11", computerDnsName: $m,
  commands: [{index: 0, commandStatus: "Completed", command: {type: "RunScript", params: []}},
             {index: 1, commandStatus: "Completed", command: {type: "GetFile", params: []}}]}' >action.json
run ingest -q action.json
run ingest -q --action "$action" --index 0 a.json
printf 'indicator,name,type\nevil,"\e]0;title\a","\xe2\x80\xae"\n"\e[2J","x",y\n' >$'list\e[5m.csv'
printf 'MZ evil' >$'file\e[2J.bin'
run ingest -q --action "$action" --index 1 $'file\e[2J.bin'
terminal() { script -qec "stty cols 200; NO_COLOR=1 \"$LRARCHIVE\" $*" /dev/null </dev/null | tr -d '\r' >screen; }
clean() {
  contains screen evil
  # shellcheck disable=SC2251
  ! LC_ALL=C grep -qP '\x1b|\x07|\xc2\x9b|\xe2\x80\xae' screen || fail "$1: $(cat -v screen)"
}
for verb in evil '--substring evil' '--regex evil' 'evil -C 1' 'evil -c' 'evil -l' 'evil --json' '--substring evil --files' '--patterns list*.csv' '--patterns list*.csv --json' \
  '--patterns list*.csv --by indicator' '--patterns list*.csv --by indicator --json' '--patterns list*.csv --files' '--patterns list*.csv --files --json'; do
  terminal "search $verb"
  clean "$verb"
done
terminal "search --patterns list*.csv"
contains screen '\x1b]52;c;'
contains screen '\x1b]0;title\x07'
printf 'x\nevil \xff' >$'bad\e[2J'
terminal "search --patterns bad*" || true
# shellcheck disable=SC2251
! grep -q $'\e' screen || fail "an error: $(cat -v screen)"
contains screen 'line 2: not UTF-8'
terminal $'search --regex "evil\e[2J("' || true
# shellcheck disable=SC2251
! grep -q $'\e' screen || fail "an error: $(cat -v screen)"
# Into a pipe it goes unchanged, a row a line.
run search -q evil >out
equal 5 "$(wc -l <out)"
LC_ALL=C grep -qF $'\e]52;c;ZXZpbA==\a \e[2J \xc2\x9b31m \xe2\x80\xaegnp \\r x\xe2\x90\x80y \xef\xbf\xbd' out || fail "$(cat -v out)"
LC_ALL=C grep -qF $'\t'"$machine"$'\t' out || fail "the machine changed: $(cat -v out)"
run search -q --json evil >out
equal $'before evil \e]52;c;ZXZpbA==\a' "$(head -n 1 out | jq -r .line | cut -c -28)"
run search -q --patterns $'list\e[5m.csv' --by indicator >out
LC_ALL=C grep -qF $'evil\t\e]0;title\a\t\xe2\x80\xae' out || fail "$(cat -v out)"
