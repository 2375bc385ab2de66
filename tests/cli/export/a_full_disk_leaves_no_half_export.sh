# Neither the file nor anything beside it, at whatever point the disk is full; and nothing is on record.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
[ "$(id -u)" -eq 0 ] && mkdir small && unshare --mount mount -t tmpfs -o size=1m none small 2>/dev/null || exit 0
cat >inside <<'S'
for kilobytes in 8 64 600 1000 1100 1150 1200 1300; do
  mount -t tmpfs -o size=${kilobytes}k none small
  status=0
  "$LRARCHIVE" export IR-7 -o small/case.zip --key key --to court --reason order >out 2>err || status=$?
  if [ $status -eq 0 ]; then
    echo "fits"
  else
    ls -A small | sed "s/^/$kilobytes left: /"
    # What it names is there: the folder or the file asked for.
    grep -q '^lrarchive: small\(/case.zip\)\?: .*make room' err || echo "$kilobytes: exit $status: $(cat err)"
  fi
  umount small
done
S
unshare --mount bash inside >said
equal "" "$(grep -v fits said || true)"
equal "$(grep -c fits said || true)" "$(ledger 'select(.event == "released") | .number' | wc -l)"
[ "$(grep -c fits said)" -lt 5 ] || fail "it fits everywhere: $(cat said)"
