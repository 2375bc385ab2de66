run init >/dev/null
transcript a.ps1 text >a.json
long=$(printf '%01100d' 0)
wrong() {
  run_exit 2 ingest "$@" a.json
  contains err "$1"
  [ ! -s out ] || fail "stdout: $(cat out)"
}
wrong --index 1
wrong --index -1 --action x
wrong --index one --action x
wrong --index 1000000000 --action x
wrong --action "$long"
wrong --machine $'ws\e[31m'
wrong --machine $'\xff'
wrong --operator "$long"
wrong --observed yesterday
wrong --case 'a/b'
wrong --case ''
wrong --max-unpacked many
wrong --max-unpacked 0
wrong --shared group
wrong --note "$(head -c 66000 /dev/zero | tr '\0' x)"
LRARCHIVE_OPERATOR=$'a\nb' run_exit 2 ingest a.json
contains err LRARCHIVE_OPERATOR
equal 0 "$(ledger .number | wc -l)"
