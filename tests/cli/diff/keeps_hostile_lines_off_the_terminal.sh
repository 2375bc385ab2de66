run init >/dev/null
hostile='x\u001b[2J\u0007\u009b31m\u202egnp\rend'
printf '{"script_name":"n%s","script_output":"same %s\\n\\tone %s\\n"}' "$hostile" "$hostile" "$hostile" | run ingest -q -
printf '{"script_name":"n%s","script_output":"same %s\\n\\ttwo %s\\n"}' "$hostile" "$hostile" "$hostile" | run ingest -q -
terminal() { script -qec "stty cols 200; \"$LRARCHIVE\" $*" /dev/null </dev/null >screen || true; }
clean() {
  # Colours are ours: they stand around whole lines.
  sed -E 's/\x1b\[(1|3[126]|0)?m//g; s/\r$//' screen >plain
  LC_ALL=C grep -qP '\x1b|\x07|\x0d|\xc2\x9b|\xe2\x80\xae' plain && fail "$1: $(cat -v plain)"
  contains plain 'x\x1b[2J\x07'
}
terminal diff 1 2
clean diff
contains screen $'\e[31m'
contains plain $'-\tone x\\x1b[2J\\x07\\u009b31m\\u202egnp\\rend'
contains plain ' same x\x1b[2J'
terminal diff --set 1 2
clean 'diff --set'
terminal diff --between 2020-01-01 0s
# A pipe gets the bytes as they are, and no colours.
run_exit 1 diff 1 2
contains out $'-\tone x\e[2J\a\u009b31m\u202egnp\rend'
equal 6 "$(wc -l <out)"
NO_COLOR=1 terminal diff 1 2
if grep -q $'\e\[' screen; then fail "colours in spite of NO_COLOR"; fi
terminal diff --json 1 2
if LC_ALL=C grep -qP '\x1b|\x07|\xc2\x9b|\xe2\x80\xae' screen; then fail "$(cat -v screen)"; fi
