# Outside the archive, readable by its owner alone, never written over, and as stock OpenSSL knows it.
run init >/dev/null
run_exit 0 key new -o keys/deep/key --name ann@corp.example
equal 600 "$(stat -c %a keys/deep/key)"
equal 700 "$(stat -c %a keys/deep)"
grep -qE '^ann@corp.example\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$' out || fail "$(cat out)"
equal "$(cat out)" "$(cat keys/deep/key.pub)"
equal "$(openssl pkey -in keys/deep/key -pubout)" "$(cat keys/deep/key.pub.pem)"
openssl pkey -in keys/deep/key -text -noout | grep -q ED25519
before=$(sha256sum keys/deep/key)
run_exit 4 key new -o keys/deep/key --name ann@corp.example
equal "$before" "$(sha256sum keys/deep/key)"
for place in "$LRARCHIVE_DIR/key" archive/key archive/evidence/key; do
  run_exit 2 key new -o "$place" --name ann
  contains err "must not lie in an archive"
done
for name in '' 'two words' 'a+b' $'tab\t' "$(printf 'a%.0s' {1..128})"; do
  run_exit 2 key new -o other --name "$name"
done
run_exit 2 key
run_exit 2 key old
[ ! -e other ] || fail "a key was made all the same"
transcript a.ps1 'output\n' >a.json
run ingest -q a.json
chmod 644 keys/deep/key
run_exit 7 checkpoint --key keys/deep/key
contains err "chmod 600"
chmod 600 keys/deep/key
openssl pkey -in keys/deep/key -aes256 -passout pass:word -out keys/locked
chmod 600 keys/locked
cp keys/deep/key.pub keys/locked.pub
run_exit 4 checkpoint --key keys/locked </dev/null
contains err "without a password"
echo 'ann+00000000+AAAA' >keys/deep/key.pub
"$LRARCHIVE" checkpoint --key keys/deep/key >out 2>err && fail "a key of no name signs"
contains err "no verifier key"
