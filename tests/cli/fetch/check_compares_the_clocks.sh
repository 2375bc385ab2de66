# A clock that is off by an hour is told, which way, and by how much: tokens and links are judged by the other side's.
. "$ROOT/tests/fetch/lib.sh"
by_hand 1800000000
export CLOCK_FILE=$PWD/ours
run_check() {
  set_clock ours "$1"
  fetch_exit "$2" --check
  grep -q "$3" out || fail "$(cat out)"
}
set_clock ours 1800000000
serve
run init >/dev/null
run_check 1800003600 4 "FAILED   clock .* 3600 s ahead of the service's: set it (NTP)"
run_check 1799996400 4 "FAILED   clock .* 3600 s behind the service's: set it (NTP)"
run_check 1800000050 0 "ok       clock .* 50 s off the service's"
