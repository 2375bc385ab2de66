run init >/dev/null
# ESC, BEL, CSI as one C1 character, a right-to-left override, a tag character
jq -cn '{script_name: "evil\u001b[2J\u0007\u009b31m\u202egnp\udb40\udc41.ps1", exit_code: 0, script_output: "\u001b]0;title\u0007ok\n"}' >a.json
terminal() { script -qec "stty cols 200; \"$LRARCHIVE\" $*" /dev/null </dev/null | tr -d '\r' >screen; }
clean() {
  LC_ALL=C grep -qP '\x1b|\x07|\xc2\x9b|\xe2\x80\xae|\xf3\xa0\x81\x81' screen && fail "$1: $(cat -v screen)"
  true
}
terminal ingest a.json --note x
contains screen 'evil\x1b[2J\x07'
clean ingest
for verb in list 'show 1' 'cat 1' 'list --json' 'show 1 --json' 'cat 1 --json' '"query" "SELECT script_name, script_output FROM results"' log; do
  terminal "$verb"
  [ -s screen ] || fail "$verb printed nothing"
  clean "$verb"
done
terminal list
contains screen '\u202egnp'
terminal list --json
jq -e '.script_name == "evil\u001b[2J\u0007\u009b31m\u202egnp\udb40\udc41.ps1"' screen >/dev/null || fail "the JSON changed its meaning"
mv a.json $'evil\e[31m.json'
terminal 'ingest evil*.json'
clean 'ingest of a hostile path'
terminal $'ingest missing-\e[31m' || [ $? -eq 5 ]
clean 'an error with a hostile path'
contains screen 'missing-\x1b[31m'
