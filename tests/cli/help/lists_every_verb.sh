run --help >out
for verb in init ingest fetch watch status list show cat diff stack stats query case export verify checkpoint key log rebuild help; do
  grep -q "^  $verb " out || fail "no $verb in the help"
  run "$verb" --help >of_verb
  head -n 1 of_verb | grep -q "^usage: lrarchive $verb" || fail "no usage line of $verb"
  run help "$verb" | cmp - of_verb
done
run --version | grep -qE '^lrarchive [0-9]+\.[0-9]+\.[0-9]+$'
