run init >/dev/null
transcript a.ps1 text | run ingest -q -
printf 'MZ' | run ingest -q -
for file in archive/evidence/*.tar.gz; do
  size=$(stat -c %s "$file")
  cp "$file" whole
  for at in $(seq 0 61 $((size - 1))) $((size - 1)); do
    python3 -c 'import sys; f = open(sys.argv[1], "r+b"); f.seek(int(sys.argv[2])); b = f.read(1)[0]; f.seek(int(sys.argv[2])); f.write(bytes([b ^ 16]))' "$file" "$at"
    run_exit 1 verify
    grep -q "^damage   .*$(basename "$file"): byte [0-9]*: " out || fail "byte $at: $(cat out)"
    contains out "DAMAGED"
    cat whole >"$file"
  done
done
run verify >/dev/null
