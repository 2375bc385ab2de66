# To another disk it goes; what has to go on record is refused before the work.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
[ "$(id -u)" -eq 0 ] && mkdir still && unshare --mount mount --bind archive still 2>/dev/null || exit 0
cat >inside <<'S'
mount --bind archive still && mount -o remount,ro,bind still
"$LRARCHIVE" export IR-7 -a still -o case.zip --key key || exit
"$LRARCHIVE" verify -q case.zip --key key.pub || exit
"$LRARCHIVE" export IR-7 -a still -o other.zip --key key --to court --reason order 2>said
echo "exit $?" >>said
S
unshare --mount bash inside >out
contains said 'still: --to goes on record, and the archive cannot be written here'
contains said 'exit 4'
[ ! -e other.zip ] || fail "a file was made"
