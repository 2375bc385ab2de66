run init >/dev/null
action=3f6c1e52-0a4b-4d0e-9c57-1b8e2f7a9d10
transcript a.ps1 text >a.json
run ingest -q --action $action --index 4 a.json
hash=$(sha256sum <a.json | cut -c-64)
for form in 1 "$action/4" "sha256:$hash" "sha256:${hash:0:8}" "${hash^^}" "sha256:${hash:0:20}"; do
  run show "$form" | grep -q '^script_name: a.ps1$' || fail "$form"
done
for form in 2 "$action/5" other/4 sha256:00000000ffffffff; do
  run_exit 1 show "$form"
  [ ! -s out ] || fail "$form: $(cat out)"
  [ -s err ] || fail "$form: no word of it"
done
for form in 1x a/b/c '' sha256:123 sha256:xyz "${hash}00" "$action/-1" -1; do
  run_exit 2 show "$form"
done
