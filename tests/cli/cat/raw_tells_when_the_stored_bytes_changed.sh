run init >/dev/null
transcript a.ps1 text >a.json
run ingest -q a.json
file=archive/evidence/results-000001.tar.gz
# A valid member of the same length with other bytes: only the hash can tell.
python3 - "$file" "$(ledger .offset)" "$(ledger .stored_bytes)" <<'P'
import sys, zlib, struct
path, offset, stored = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
raw = b'{"forged":1}'
block = zlib.compressobj(9, zlib.DEFLATED, -15)
deflated = block.compress(raw) + block.flush()
tail = struct.pack('<II', zlib.crc32(raw), len(raw))
name = b'x' * (stored - 10 - 1 - len(deflated) - 8)
member = b'\x1f\x8b\x08\x08\0\0\0\0\0\xff' + name + b'\0' + deflated + tail
assert len(member) == stored
with open(path, 'r+b') as f:
    f.seek(offset)
    f.write(member)
P
run_exit 1 cat --raw 1
contains err "evidence/results-000001.tar.gz"
printf '\0' | dd of=$file bs=1 seek=$(($(ledger .offset) + 5)) conv=notrunc status=none
printf 'xxxx' | dd of=$file bs=1 seek="$(ledger .offset)" conv=notrunc status=none
run_exit 1 cat --raw 1
contains err "evidence/results-000001.tar.gz: byte"
