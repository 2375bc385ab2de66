run init >/dev/null
# Lines and hits at random, some at both ends; the same every time.
awk 'BEGIN { srand(3); for (i = 1; i <= 400; i++) print (rand() < 0.08 || i == 1 || i == 400 ? "needle " : "") "line " i }' >text
jq -cn --rawfile o text '{script_name: "a.ps1", exit_code: 0, script_output: $o}' | run ingest -q -
printf 'needle alone' | jq -Rc '{script_name: "b.ps1", exit_code: 0, script_output: .}' | run ingest -q -
for n in 0 1 2 5 50 1000; do
  run search -q needle -C "$n" >out
  grep -n -C "$n" needle text | sed '/^--$/d; s/^\([0-9]*\)[:-]/\1\t/' >expected
  tail -n +2 out | awk -F '\t' '$1 == 1' | cut -f 6,7 >got
  cmp expected got || fail "-C $n: $(diff expected got | head)"
  equal 1 "$(tail -n +2 out | awk -F '\t' '$1 == 2' | wc -l)"
done
# More than are held at once: neither a line twice nor one left out.
awk 'BEGIN { for (i = 1; i <= 9000; i++) printf "%s %0600d\n", i % 7 < 3 ? "needle" : "other", i }' >large
jq -cn --rawfile o large --rawfile e text '{script_name: "large.ps1", exit_code: 0, script_output: $o, script_errors: $e}' | run ingest -q -
for n in 1 3; do
  run search -q --script large.ps1 needle -C "$n" >out
  grep -n -C "$n" needle large | sed '/^--$/d; s/^\([0-9]*\)[:-]/\1\t/' >expected
  grep -n -C "$n" needle text | sed '/^--$/d; s/^\([0-9]*\)[:-]/\1\t/' >>expected
  tail -n +2 out | cut -f 6,7 >got
  cmp expected got || fail "-C $n of the large text: $(diff expected got | cut -c -100 | head)"
done
# A terminal separates what does not touch.
script -qec "stty cols 80; NO_COLOR=1 \"$LRARCHIVE\" search -q --script a.ps1 needle -C 1" /dev/null </dev/null | tr -d '\r' >screen
grep -C 1 needle text | grep -c -- '^--$' >expected
equal "$(cat expected)" "$(grep -c '^    --$' screen)"
contains screen '     1: needle line 1'
contains screen '     2- line 2'
# Two indicators in a line do not show its neighbours twice.
printf 'needle\nline 1\n' >list
run search -q --script b.ps1 --patterns list -C 2 >out
equal 2 "$(wc -l <out)"
# A context line of more than 64 KiB is cut, and says so.
jq -cn '{script_name: "wide.ps1", exit_code: 0, script_output: ("hit\n" + ("\u20ac" * 30000))}' | run ingest -q -
run search -q --json --script wide.ps1 hit -C 1 >out
equal 'true true' "$(sed -n 2p out | jq -r '"\(.is_context) \(.is_cut)"')"
iconv -f UTF-8 -t UTF-8 out >/dev/null || fail "a character was cut"
equal false "$(sed -n 2p out | jq '.line | test("\ufffd")')"
