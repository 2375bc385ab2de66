run init >/dev/null
transcript s.ps1 x | run ingest -q -
refused() {
  run_exit 2 diff "${@:2}"
  contains err "$1"
  [ ! -s out ] || fail "$(cat out)"
}
refused 'two results, A and B' 1
refused 'two results, A and B'
refused 'unexpected argument' 1 1 1
refused 'one RESULT' --previous
refused 'one RESULT' --previous 1 1
refused 'no RESULT' --between 1d 1h 1
refused 'exclude each other' --previous --between 2d 1d
refused 'go with --between' --machine x 1 1
refused 'go with --between' --script x 1 1
refused 'earlier time first' --between 1d 2d
refused 'two times' --between yesterday 1d
refused '--between needs a value' --between 2d
refused '--context' -C x 1 1
refused 'is no RESULT' nonsense! 1
