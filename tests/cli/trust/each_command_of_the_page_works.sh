# The commands of docs/trust.md, in order, in a shell that ends at the first that fails.
export HOME=$PWD/home LRARCHIVE_OPERATOR=ann@corp.example
mkdir -p home/keys bin tsa
ln -s "$LRARCHIVE" bin/lrarchive
run init >/dev/null
transcript a.ps1 'output\n' >a.json
run ingest -q a.json
ssh-keygen -q -t ed25519 -N '' -C '' -f home/keys/colleague
# An authority of our own answers in the place of the one on the network.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tsa -keyout tsa/key.pem -out tsa-ca.pem \
  -addext 'extendedKeyUsage = critical,timeStamping' 2>/dev/null
echo 01 >tsa/serial
cat >tsa/config <<'C'
[tsa]
default_tsa = one
[one]
serial = tsa/serial
digests = sha256
signer_digest = sha256
default_policy = 1.2.3.4
C
cat >bin/curl <<'C'
#!/bin/sh
exec openssl ts -reply -config tsa/config -queryfile checkpoint.tsq -signer tsa-ca.pem -inkey tsa/key.pem -out checkpoint.tsr
C
chmod +x bin/curl
sed -n '/^```sh$/,/^```$/p' "$ROOT/docs/trust.md" | grep -v '^```' >commands
[ "$(grep -c . commands)" -ge 12 ] || fail "the commands were not found"
PATH=$PWD/bin:$PATH bash -euo pipefail commands >out 2>err || fail "$(cat out err)"
contains out "Signature Verified Successfully"
contains out 'Good "lrarchive" signature for colleague@corp.example'
contains out "the ledger begins with the 1 line that ann@corp.example signed"
grep -q 'Verification: OK' out err || fail "the timestamp is not verified"
contains out "signed by ann@corp.example: no damage"
equal "c2sp.org/tlog-proof@v1 index 0" "$(head -n 2 case-IR-7/line.tlog-proof | paste -sd' ')"
