run init >/dev/null
for i in 1 2 3; do transcript "$i.ps1" "$i" | run ingest -q --operator ann -; done
ledger=archive/ledger/000001.jsonl
cp $ledger whole
damaged() {
  run_exit 1 verify
  grep -q '^damage  ' out || fail "$1: $(cat out)"
  run_exit 1 verify --quick
  # A writer looks at the end only: the whole chain is for verify.
  [ "$1" = 'a changed line' ] || transcript x.ps1 x | run_exit 4 ingest -
  cat whole >$ledger
}
sed -i '2s/ann/bob/' $ledger && damaged 'a changed line'
sed -i '3s/ann/bob/' $ledger && damaged 'a changed last line'
sed -i 2d $ledger && damaged 'a missing line'
sed -i 3d $ledger && damaged 'a missing last line'
: >$ledger && damaged 'an empty ledger'
sed -i '2s/$/ /' $ledger && damaged 'a blank'
sed -i '2s/^.*$/not json/' $ledger && damaged 'no JSON'
run verify >/dev/null
