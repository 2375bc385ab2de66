# unzip, bsdtar, 7z and Python open it; the bag is whole for sha256sum; originals and texts are what the archive has.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run export IR-7 -o case.zip --key key >printed
equal "$(sha256sum case.zip)" "$(cat printed)"
unzip -tqq case.zip
bsdtar tf case.zip >names
7z t case.zip >/dev/null
python3 -m zipfile -t case.zip >/dev/null
equal case-IR-7 "$(cut -d/ -f1 names | sort -u)"
folder=$(unpacked case.zip)
(cd "$folder" && sha256sum -c --strict --quiet manifest-sha256.txt && sha256sum -c --strict --quiet tagmanifest-sha256.txt)
# Every file is in one manifest, once; only data/ is payload.
(cd "$folder" && find . -type f ! -name tagmanifest-sha256.txt -printf '%P\n' | sort) >files
cut -c 67- "$folder"/manifest-sha256.txt "$folder"/tagmanifest-sha256.txt | sort | diff files -
equal "" "$(cut -c 67- "$folder/manifest-sha256.txt" | grep -v '^data/' || true)"
equal "$(printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8')" "$(cat "$folder/bagit.txt")"
oxum=$(cd "$folder" && find data -type f -printf '%s\n' | awk '{ bytes += $1; files++ } END { print bytes "." files }')
contains "$folder/bag-info.txt" "Payload-Oxum: $oxum"
for file in a.json b.zip action.json; do
  cmp "$file" "$folder/data/packages/$(sha256sum "$file" | cut -c 1-64)"
done
equal 3 "$(find "$folder/data/packages" -type f | wc -l)"
# The normalised texts; the second transcript of a ZIP has its place in the name.
printf 'one\ntwo\nsvchost.exe' | cmp - "$folder/data/text/IR-7-0001-output.txt"
printf 'an error' | cmp - "$folder/data/text/IR-7-0001-error.txt"
equal second "$(cat "$folder/data/text/IR-7-0002-output.txt")"
equal third "$(cat "$folder/data/text/IR-7-0002-2-output.txt")"
equal bad "$(cat "$folder/data/text/IR-7-0002-2-error.txt")"
equal 6 "$(find "$folder/data/text" -type f | wc -l)"
# The case's own database: this case alone, the same views.
database=$folder/data/case.sqlite
equal ok "$(sqlite3 -readonly "$database" 'PRAGMA integrity_check')"
equal delete "$(sqlite3 -readonly "$database" 'PRAGMA journal_mode')"
equal IR-7 "$(sqlite3 -readonly "$database" 'SELECT case_name FROM cases')"
equal "$(sql "SELECT * FROM results WHERE script_name <> 'other.ps1' ORDER BY result_id")" \
  "$(sqlite3 -readonly "$database" 'SELECT * FROM results ORDER BY result_id')"
equal 1 "$(sqlite3 -readonly "$database" "SELECT count(*) FROM output_fts WHERE output_fts MATCH '\"svchost.exe\"'")"
# Of the other case nothing but hashes in the lines: not its name, its machine, its words.
for word in OTHER ws-3 other.ps1 'another case'; do
  ! grep -raqF "$word" "$folder" || fail "$word is in the export"
done
