# They may be malware: --include-files, --infected (a ZIP with that password), or withheld.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run case add -q IR-7 "$(sha256sum sample.bin | cut -c 1-16)" >/dev/null
run_exit 2 export IR-7 -o case.zip --key key
contains err 'IR-7-0004: fetched files, which may be malware'
[ ! -e case.zip ] || fail "half an export"
run export IR-7 -o plain.zip --key key --include-files >/dev/null
cmp sample.bin "$(unpacked plain.zip)/data/packages/$(sha256sum sample.bin | cut -c 1-64)"
run export IR-7 -o infected.zip --key key --infected >/dev/null
7z x -pinfected -oinfected infected.zip >/dev/null
cmp sample.bin infected/case-IR-7/data/packages/"$(sha256sum sample.bin | cut -c 1-64)"
! 7z t -pwrong infected.zip >/dev/null 2>&1 || fail "any password opens it"
run verify infected.zip --key key.pub -q
run export IR-7 -o without.zip --key key --withhold IR-7-0004 --reason 'sent apart' >/dev/null
run verify without.zip --key key.pub -q
