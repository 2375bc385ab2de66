# What an editor on Windows writes: a byte order mark is not part of the password, and UTF-16 is refused, not cut at its first NUL.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
printf '\xef\xbb\xbfcorrect horse\r\n' >marked
run export IR-7 -o case.zip --key key --encrypt-password-file marked >/dev/null
7z t '-pcorrect horse' case.zip >/dev/null
run verify -q case.zip --key key.pub --password-file marked
printf '\xff\xfec\0o\0r\0r\0' >wide
printf 'cor\0rect' >short
for file in wide short; do
  run_exit 2 export IR-7 -o more.zip --key key --encrypt-password-file $file
  contains err "$file: the first line, which is the password, is not UTF-8 text; save the file as UTF-8"
  [ ! -e more.zip ] || fail "a file was made"
done
printf '\xef\xbb\xbf\n' >empty
run_exit 2 export IR-7 -o more.zip --key key --encrypt-password-file empty
contains err 'is empty'
