run init >/dev/null
printf 'MZ\0\1\2' >sample.exe
: >empty
run ingest -q "$ROOT"/tests/data/demo/*_0.json sample.exe empty
for file in archive/evidence/*.tar.gz; do
  gzip -t "$file"
  tar tzf "$file" >names
  mkdir -p unpacked && tar xzf "$file" -C unpacked
done
for package in unpacked/packages/*; do
  equal "$(basename "$package")" "$(sha256sum <"$package" | cut -c-64)"
done
ledger 'select(.package_sha256) | [.segment, .offset, .stored_bytes, .size_bytes, .package_sha256, .entry_offset, .entry_bytes, .entry_sha256] | @tsv' >places
equal 5 "$(wc -l <places)"
while read -r segment offset stored size hash entry_offset entry_bytes entry_hash; do
  file=archive/evidence/$segment
  dd if="$file" iflag=skip_bytes,count_bytes skip="$offset" count="$stored" status=none | gzip -dc >cut_out
  equal "$hash $size" "$(sha256sum <cut_out | cut -c-64) $(stat -c %s cut_out)"
  equal "$entry_hash" "$(dd if="$file" iflag=skip_bytes,count_bytes skip="$entry_offset" count="$entry_bytes" status=none | sha256sum | cut -c-64)"
done <places
find unpacked/receipts -type f -printf "%f\n" | sort -n >receipts
equal "$(ledger '"\(.number).json"' | sort -n)" "$(cat receipts)"
equal 2 "$(find archive/evidence -name 'files-*' -o -name 'results-*' | wc -l)"
