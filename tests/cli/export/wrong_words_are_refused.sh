# With a sentence that says what to do, and without leaving a file.
. "$ROOT/tests/export/lib.sh"
export HOME=$PWD/home
export_key
export_case
refused() {
  local words=$1
  shift
  run_exit 2 export "$@"
  contains err "$words"
  [ ! -e x.zip ] || fail "a file was made: $*"
}
refused 'say where to: -o FILE.zip' IR-7 --key key
refused 'there is no key to sign the export with' IR-7 -o x.zip
contains err '--key FILE'
refused '--to needs --reason TEXT' IR-7 -o x.zip --key key --to court
refused '--reason goes with' IR-7 -o x.zip --key key --reason why
refused "'Mars/Base' is not known here" IR-7 -o x.zip --key key --timezone Mars/Base
refused "is not known here" IR-7 -o x.zip --key key --timezone ../../etc/passwd
refused '--time needs a time' IR-7 -o x.zip --key key --time yesterday
refused 'needs a name of' '../x' -o x.zip --key key
SOURCE_DATE_EPOCH=soon refused '$SOURCE_DATE_EPOCH is no count' IR-7 -o x.zip --key key
run_exit 1 export NONE -o x.zip --key key
contains err 'there is no case NONE'
echo kept >there.zip
run_exit 2 export IR-7 -o there.zip --key key
contains err 'there.zip: is there already'
equal kept "$(cat there.zip)"
run_exit 4 export IR-7 -o no/such/x.zip --key key
contains err 'no/such/x.zip: cannot be made'
