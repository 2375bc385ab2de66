# What can be known of a file's name before the work is said before it: nothing is on record then.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
mkdir folder
refused() {
  run_exit "$1" export IR-7 --key key --to court --reason order -o "$3"
  contains err "$2"
  equal "" "$(ledger 'select(.event == "released") | .number')"
}
refused 2 'x.zip/: is a folder; say the name of a file in it, too' x.zip/
refused 2 'folder: is a folder; say the name of a file in it, too' folder
refused 4 'cannot be made: File name too long' "$(printf '%0300d' 1)"
