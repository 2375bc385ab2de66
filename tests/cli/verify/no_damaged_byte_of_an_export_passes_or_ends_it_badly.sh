# Bytes of the ZIP itself are flipped and cut off all over: a finding, or an answer that no file has changed; never a crash.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run export IR-7 -o case.zip --key key >/dev/null
unset LRARCHIVE_DIR
mkdir good
unzip -q -d good case.zip
size=$(stat -c %s case.zip)
for at in $(seq 0 $((size / 23)) $((size - 1))); do
  cp case.zip bad.zip
  python3 -c 'import sys
with open("bad.zip", "r+b") as f:
    f.seek(int(sys.argv[1]))
    byte = f.read(1)[0]
    f.seek(int(sys.argv[1]))
    f.write(bytes([byte ^ 16]))' "$at"
  status=0
  "$LRARCHIVE" verify bad.zip --key key.pub >out 2>err || status=$?
  case $status in
  1) ;;
  0) # The flipped bit is in a field that says nothing of the content, such as a time.
    rm -rf bad
    unzip -q -d bad bad.zip >/dev/null 2>&1 || true
    diff -r good bad >/dev/null || fail "byte $at: content differs and it passes"
    ;;
  *) fail "byte $at: exit $status: $(cat err)" ;;
  esac
done
for length in 0 1 21 22 100 $((size / 2)) $((size - 1)); do
  head -c "$length" case.zip >bad.zip
  run_exit 1 verify bad.zip
  contains out 'bad.zip: cannot be read as a ZIP'
done
