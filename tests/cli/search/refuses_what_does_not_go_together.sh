run init >/dev/null
echo evil >list
refused() { # SENTENCE ARGS…
  run_exit 2 search "${@:2}"
  contains err "$1"
  [ ! -s out ] || fail "search ${*:2}: $(cat out)"
}
refused 'search needs TEXT, or --patterns FILE'
refused '--substring, --regex and --patterns exclude each other' --substring --regex x
refused '--substring, --regex and --patterns exclude each other' --substring --patterns list
refused '--substring, --regex and --patterns exclude each other' --regex --patterns list
refused 'leave TEXT away' --patterns list x
refused '--refang goes with --patterns' --refang x
refused '--refang goes with --patterns' --refang --substring x
refused '--by indicator goes with --patterns' --by indicator x
refused '--by takes the word indicator' --by machine --patterns list
refused '--case-sensitive goes with --substring or --regex' --case-sensitive x
refused '--case-sensitive goes with --substring or --regex' --case-sensitive --patterns list
refused '--word goes with --substring or --patterns' --word x
refused '--word goes with --substring or --patterns' --word --regex x
refused '--files goes with --substring or --patterns' --files x
refused '--files goes with --substring or --patterns' --files --regex x
refused '--word and --no-word exclude each other' --word --no-word --patterns list
for pair in '-c -l' '-c -C 1' '-l -C 1'; do
  # shellcheck disable=SC2086
  refused '-C, -c, -l and --by exclude each other' $pair x
done
for option in -c -l '-C 1'; do
  # shellcheck disable=SC2086
  refused '-C, -c, -l and --by exclude each other' --by indicator --patterns list $option
done
refused 'leave --limit away' --by indicator --patterns list --limit 1
refused '--limit' --limit 0 x
refused '--limit' --limit -1 x
refused '--context' -C -1 x
refused '--context' -C 1001 x
refused '--context' -C x x
refused '--record' --record '' x
refused '--since' --since tomorrow x
refused 'unexpected argument "y"' x y
refused 'no letter or digit' '...'
refused 'no letter or digit' ''
refused 'nothing to search for' --substring ''
refused 'holds a line end' --substring $'a\nb'
refused '1 to 65536 bytes' --regex ''
refused 'byte 2' --regex 'a('
refused 'regular expression is wrong' --regex '(?<x'
refused 'not UTF-8' $'\xff'
refused 'not UTF-8' --substring $'\xff'
refused 'not UTF-8' --regex $'\xff'
refused 'more than 64 words' "$(printf 'w %.0s' $(seq 65))"
refused 'longer than 4096 bytes' "$(printf 'w%.0s' $(seq 4097))"
refused 'longer than 4096 bytes' --substring "$(printf 'w%.0s' $(seq 4097))"
refused 'missing' --patterns missing
run_exit 4 search --patterns .
contains err 'Is a directory'
: >empty
refused 'empty: the list is empty' --patterns empty
printf 'a\n# x\n\xff\n' >latin
refused 'latin: line 3: not UTF-8' --patterns latin
printf 'a\n%s\n' "$(printf 'x%.0s' $(seq 4097))" >long
refused 'long: line 2: the indicator is longer than 4096 bytes' --patterns long
printf 'indicator,name\n"a\nb",c\n' >lines.csv
refused 'holds a line end' --patterns lines.csv
yes x | head -n 100001 >many || true
refused 'many: line 100001: more than 100000 indicators' --patterns many
refused 'stdin: the list is empty' --patterns - </dev/null
# As JSON, too.
run_exit 2 search --json --patterns latin
jq -e '.code == "usage" and .path == "latin" and (.message | test("line 3"))' err >/dev/null || fail "$(cat err)"
# Without an archive nothing is searched.
run_exit 4 search -a nowhere x
