# The files in the bag have the whole time.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
dated() {
  rm -f x.zip
  "${@:2}" "$LRARCHIVE" export IR-7 -o x.zip --key key >/dev/null
  equal "$1" "$(python3 -c 'import zipfile; print(*sorted({i.date_time[:3] for i in zipfile.ZipFile("x.zip").infolist()}))')"
}
dated '(1980, 1, 1)' env SOURCE_DATE_EPOCH=0
dated '(1980, 1, 1)' env SOURCE_DATE_EPOCH=315532799
contains "$(unpacked x.zip)/bag-info.txt" 'Bagging-Date: 1979-12-31'
dated '(2026, 2, 4)' env SOURCE_DATE_EPOCH=1770200000
dated '(2107, 12, 31)' env SOURCE_DATE_EPOCH=4354819200
dated '(2107, 12, 31)' env SOURCE_DATE_EPOCH=253402300799
contains "$(unpacked x.zip)/bag-info.txt" 'Bagging-Date: 9999-12-31'
SOURCE_DATE_EPOCH=253402300800 run_exit 2 export IR-7 -o y.zip --key key
contains err '$SOURCE_DATE_EPOCH is no count of seconds up to the year 9999'
