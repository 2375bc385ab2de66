# Wrong options end it (2) before anything is asked.
. "$ROOT/tests/fetch/lib.sh"
serve
run init >/dev/null
refused() {
  verb_exit 2 watch "${@:2}"
  contains err "$1"
}
refused "--every" --every often
refused "--all" --all
refused "--parallel" --parallel 99
refused "argument" --once "$(guid 1)"
equal 0 "$(requests true)"
