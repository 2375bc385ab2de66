transcript a.ps1 text >a.json
run_exit 4 ingest a.json
contains err "lrarchive: $PWD/archive: no archive here; is the disk mounted?"
mkdir archive
for verb in list log verify rebuild 'show 1' 'cat 1' 'query SELECT+1'; do
  # shellcheck disable=SC2086  # a verb and its argument
  run_exit 4 $verb
  contains err "no archive here; is the disk mounted?"
done
equal "" "$(ls archive)"
