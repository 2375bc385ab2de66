# Also by another way to the same folder. Beside it, with a name that begins alike, it may be.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
ln -s archive/evidence way
for path in archive/x.zip archive/evidence/x.zip way/x.zip ./way/../ledger/x.zip "$PWD/archive/x.zip"; do
  run_exit 2 export IR-7 -o "$path" --key key
  contains err "lies in the archive's folder; choose a place outside of it"
done
equal "" "$(find archive -name x.zip)"
(cd archive && run_exit 2 export IR-7 -a . -o x.zip --key ../key && rm out err)
mkdir archive-exports
run export IR-7 -o archive-exports/x.zip --key key >/dev/null
run_exit 2 export IR-7 -o - --key key
contains err 'say where to: -o FILE.zip (a ZIP cannot be written into a pipe)'
[ ! -e - ] || fail "a file called - was made"
