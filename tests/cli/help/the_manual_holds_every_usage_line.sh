for verb in init ingest fetch watch status case export checkpoint key list show cat search diff stack stats query shell verify log rebuild; do
  line=$("$LRARCHIVE" "$verb" --help | sed -n '1s/^usage: //p')
  contains "$ROOT/docs/manual.md" "$line"
done
