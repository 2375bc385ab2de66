run init >/dev/null
printf 'MZ evil.example \0 EVIL.EXAMPLE and notevil.example' >plain.bin
gzip -c plain.bin >plain.gz
printf 'xx' >wide.bin # in UTF-16 a Chinese character
printf 'evil.example M\xc3\xbcller' | iconv -f UTF-8 -t UTF-16LE >>wide.bin
{ head -c 262140 /dev/zero | tr '\0' .; printf 'evil.example'; head -c 300000 /dev/zero; } >seam.bin
head -c 5000 /dev/urandom >other.bin
python3 - <<'P'
import zipfile, gzip
with zipfile.ZipFile("two.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a.txt", "nothing"); z.writestr("b.txt", "evil.example"); z.writestr("c.gz", gzip.compress(b"in gzip in zip: evil.example"))
P
printf '# a sample\n' >in.txt
for f in plain.bin plain.gz wide.bin seam.bin other.bin two.zip; do run ingest -q --machine ws-1 "$f"; done
run_exit 1 search --substring evil.example
contains err 'not searched: 6 files'
run search -q --substring evil.example --files --json >out
equal 'plain.bin 0 3 3
plain.gz 0 3 3
wide.bin 0 2 1
seam.bin 0 262140 1
two.zip 1 0 1
two.zip 2 16 1' "$(jq -r 'select(.package_sha256) | "\(.source | sub(".*/"; "")) \(.member_index) \(.offset) \(.count)"' out)"
equal '0 6 6 0' "$(tail -n 1 out | jq -r '.summary | "\(.hits) \(.file_hits) \(.searched_files) \(.not_searched_files)"')"
run search -q --substring --word evil.example --files --json >out
equal '2 2 1 1 1 1' "$(jq -r 'select(.package_sha256).count' out | paste -sd' ')"
printf 'indicator,name\nm\xc3\xbcller,him\nzzz,\n' >list.csv
run search -q --patterns list.csv --files >out
equal "$(printf 'FILE\tMEMBER\tOFFSET\tCOUNT\tMACHINE\tSOURCE\tINDICATOR\n%s\t0\t28\t1\tws-1\t%s/wide.bin\tm\xc3\xbcller' "$(sha256sum <wide.bin | cut -c -64)" "$PWD")" "$(cat out)"
# What ends early, or is damaged, is told and does not count as searched.
head -c 60 plain.gz >cut.gz
run_exit 3 ingest cut.gz || true
run_exit 0 search --substring evil.example --files
contains err "file $(sha256sum <cut.gz | cut -c -64) was not searched whole"
contains err 'and 6 files'
contains err 'not searched: 1 file'
segment=archive/evidence/files-000001.tar.gz
chmod u+w "$segment"
offset=$(ledger 'select(.package_sha256 == "'"$(sha256sum <wide.bin | cut -c -64)"'") | .offset')
printf '\xff\xff\xff\xff' | dd of="$segment" bs=1 seek=$((offset + 12)) conv=notrunc 2>/dev/null
run_exit 0 search --substring evil.example --files --json
equal '6 5' "$(tail -n 1 out | jq -r '.summary | "\(.file_hits) \(.searched_files)"')"
jq -es --arg h "$(sha256sum <wide.bin | cut -c -64)" 'any(.notice | test($h))' err >/dev/null || fail "$(cat err)"
mv "$segment" gone
run_exit 1 search --substring evil.example --files
contains err 'not searched: 7 files'
