run init >/dev/null
transcript a.ps1 'one\ntwo EVIL evil\nthree evil\n' | run ingest -q --machine ws-1 --observed 2026-03-01 -
export ESC=$'\e'
terminal() { script -qec "stty cols 80; $1" /dev/null </dev/null | tr -d '\r' >screen; }
terminal "\"$LRARCHIVE\" search evil"
equal "${ESC}[1mws-1  a.ps1  2026-03-01T00:00:00Z  result 1${ESC}[0m
${ESC}[2m     2: ${ESC}[0mtwo ${ESC}[1;31mEVIL${ESC}[0m ${ESC}[1;31mevil${ESC}[0m
${ESC}[2m     3: ${ESC}[0mthree ${ESC}[1;31mevil${ESC}[0m
searched 1 result to ledger line 1" "$(cat screen)"
for how in 'vil\ ev --substring' '[ei]v.l --regex' 'evil --substring --word'; do
  terminal "\"$LRARCHIVE\" search $how"
  contains screen "${ESC}[1;31m"
done
terminal "NO_COLOR=1 \"$LRARCHIVE\" search evil"
equal 'ws-1  a.ps1  2026-03-01T00:00:00Z  result 1
     2: two EVIL evil
     3: three evil
searched 1 result to ledger line 1' "$(cat screen)"
terminal "NO_COLOR= \"$LRARCHIVE\" search evil"
contains screen "${ESC}["
printf 'indicator,name\nevil,the one\n' >list.csv
terminal "\"$LRARCHIVE\" search --patterns list.csv"
contains screen "evil (the one): two ${ESC}[1;31mEVIL${ESC}[0m"
for command in "\"$LRARCHIVE\" search evil | cat" "\"$LRARCHIVE\" search --json evil" "\"$LRARCHIVE\" search evil >file; cat file"; do
  terminal "$command"
  contains screen EVIL
  if grep -q "$ESC" screen; then fail "$command: $(cat -v screen)"; fi
done
# A long line is shown around its first hit.
transcript long.ps1 "$(printf 'x%.0s' $(seq 5000)) needle $(printf 'y%.0s' $(seq 5000))" | run ingest -q -
terminal "\"$LRARCHIVE\" search needle"
contains screen "x ${ESC}[1;31mneedle${ESC}[0m y"
[ "$(wc -c <screen)" -lt 700 ] || fail "the whole line is shown"
