# With folders in it, stored, under another folder's name, encrypted by others; and what cannot be read says what to do.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run export IR-7 -o case.zip --key key >/dev/null
unzip -q case.zip
good() {
  run verify "$@" --key key.pub | grep -q '^verified: 26 files' || fail "$1"
}
zip -qr anew.zip case-IR-7
good anew.zip
zip -qr0 stored.zip case-IR-7
good stored.zip
7z a -bso0 seven.zip case-IR-7
good seven.zip
7z a -bso0 -mm=BZip2 bzip2.zip case-IR-7
good bzip2.zip
# 7-Zip writes no CRC-32 where it encrypts (AE-2).
7z a -bso0 -pinfected -mem=AES256 infected.zip case-IR-7
good infected.zip
7z a -bso0 -psecret -mem=AES256 secret.zip case-IR-7
echo secret >password
good secret.zip --password-file password
run_exit 2 verify secret.zip
contains err 'is encrypted with another password: put it into the first line of a file and say --password-file FILE'
7z a -bso0 -mm=Deflate64 other.zip case-IR-7
run_exit 2 verify other.zip
contains err 'is packed by a method that is not read here: unzip it, and verify what `zip -r` makes of it'
zip -qr - case-IR-7 | cat >stream.zip
run_exit 1 verify stream.zip
contains out 'packed anew by a program that writes as a stream'
run_exit 2 verify case-IR-7
contains err 'case-IR-7: is no regular file: a ZIP is read from its end'
# One encrypted file damaged where the password is checked: damage, when others open.
python3 - <<'P'
import zipfile
about = [i for i in zipfile.ZipFile("secret.zip").infolist() if i.filename.endswith("timeline.jsonl")][0]
with open("secret.zip", "r+b") as f:
    f.seek(about.header_offset + 26)
    name, extra = (int.from_bytes(f.read(2), "little") for _ in range(2))
    f.seek(about.header_offset + 30 + name + extra + 16)
    byte = f.read(1)
    f.seek(-1, 1)
    f.write(bytes([byte[0] ^ 1]))
P
run_exit 1 verify secret.zip --password-file password
contains out 'data/timeline.jsonl: the password that opens other files does not open it'
mv case-IR-7 'other name (2)'
zip -qr renamed.zip 'other name (2)'
good renamed.zip
