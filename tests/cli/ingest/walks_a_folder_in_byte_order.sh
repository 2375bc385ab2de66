run init >/dev/null
mkdir -p in/b in/Z
for name in b b/1 Z/2 a B; do transcript "$name" "$name" >"in/$name.json"; done
ln -s a.json in/link.json
ln -s .. in/loop
run ingest --json in/ | jq -r .path >out
printf 'in/B.json\nin/Z/2.json\nin/a.json\nin/b.json\nin/b/1.json\n' | diff - out || fail "another order"
