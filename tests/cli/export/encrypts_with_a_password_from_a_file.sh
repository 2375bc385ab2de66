# AES-256 that 7-Zip opens; nothing of the content can be read without the password.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
printf 'correct horse\nsecond line\n' >password
run export IR-7 -o case.zip --key key --encrypt-password-file password >/dev/null
7z l -slt case.zip >listed
contains listed 'Method = AES-256 Deflate'
equal "" "$(grep '^Encrypted = -' listed || true)"
7z x '-pcorrect horse' -oplain case.zip >/dev/null
(cd plain/case-IR-7 && sha256sum -c --strict --quiet manifest-sha256.txt)
! 7z t -pinfected case.zip >/dev/null 2>&1 || fail "any password opens it"
run verify case.zip --password-file password --key key.pub -q
run_exit 2 verify case.zip --key key.pub
contains err 'is encrypted with another password'
: >empty
run_exit 2 export IR-7 -o more.zip --key key --encrypt-password-file empty
contains err 'empty: the first line, which is the password, is empty'
run_exit 2 export IR-7 -o more.zip --key key --encrypt-password-file password --infected
