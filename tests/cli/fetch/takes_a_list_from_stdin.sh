# A line each, with comments, blanks around, empty lines, CRLF, capitals and no newline at the end; what stands there
# twice is fetched once. A line that is none of that is named, and nothing is fetched.
. "$ROOT/tests/fetch/lib.sh"
serve
for number in 1 2 3; do
  action $number Succeeded Completed Completed
  result $number 0 "$number/0"
  result $number 1 "$number/1"
done
run init >/dev/null
printf '# night shift\r\n\r\n  %s  \r\n\t# more\n%s/1\n\n%s/1\n%s\n%s/0' "$(guid 1)" "$(guid 2 | tr a-f A-F)" "$(guid 2)" "$(guid 3)" "$(guid 3)" |
  fetch -
contains err "5 fetched, 0 archived before, 0 failed, 0 pending"
equal "1/0 1/1 2/1 3/0 3/1" "$(sql 'SELECT script_output FROM results ORDER BY 1' | xargs)"
equal 3 "$(sql "SELECT count(*) FROM acquisitions WHERE action_id IS NULL")"
bad() {
  printf %b "$1" | fetch_exit 2 -
  contains err "$2"
}
bad "$(guid 1)\n\nrm -rf\n" "stdin, line 3: 'rm -rf' is neither ACTION nor ACTION/INDEX"
bad "$(guid 1) 1\n" "stdin, line 1: '$(guid 1) 1' is neither"
bad "$(guid 1)/-1\n" "stdin, line 1: "
bad "$(guid 1)/1x\n" "stdin, line 1: "
bad "$(guid 1)/\n" "stdin, line 1: "
bad "../$(guid 1)\n" "stdin, line 1: "
bad "# nothing\n" "stdin: no action in it"
bad "$(guid 1)\n$(printf %5000d 1)\n" "stdin, line 2: longer than"
fetch_exit 4 - <.
contains err "stdin: cannot be read"
