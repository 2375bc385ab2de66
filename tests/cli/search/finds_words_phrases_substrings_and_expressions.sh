run init >/dev/null
transcript a.ps1 'Name: SVCHOST.EXE\nnet  user\tadmin\nno\n' 'svchost/exe failed' | run ingest -q --machine ws-1 --observed 2026-03-01T08:09:10.5Z -
transcript b.ps1 'mysvchost.exec\nip 10.0.3.4.\nip 110.0.3.40\nnetwork users' | run ingest -q --machine-id aa11 --observed 2026-03-02 -
tab=$(printf '\t')
finds() { # ROWS ARGS…: result, stream and line of each hit
  run_exit 0 search "${@:2}"
  equal "$1" "$(tail -n +2 out | cut -f 1,5,6 | tr '\t\n' ': ')"
}
none() {
  run_exit 1 search "$@"
  [ ! -s out ] || fail "search $*: $(cat out)"
  contains err 'searched 2 results to ledger line 2'
}
run_exit 0 search svchost.exe
equal "RESULT${tab}OBSERVED${tab}MACHINE${tab}SCRIPT${tab}STREAM${tab}LINE${tab}TEXT
1${tab}2026-03-01T08:09:10Z${tab}ws-1${tab}a.ps1${tab}output${tab}1${tab}Name: SVCHOST.EXE
1${tab}2026-03-01T08:09:10Z${tab}ws-1${tab}a.ps1${tab}error${tab}1${tab}svchost/exe failed" "$(cat out)"
equal 'searched 2 results to ledger line 2' "$(cat err)"
finds '1:output:2 ' 'net user'
finds '1:output:2 ' 'NET user ADMIN'
finds '2:output:2 ' 10.0.3.4
finds '1:output:1 2:output:1 ' --substring svchost.exe
finds '2:output:2 2:output:3 ' --substring 10.0.3.4
finds '2:output:2 ' --substring --word 10.0.3.4
finds '2:output:1 ' --substring --case-sensitive vchost.exec
finds '1:output:2 2:output:4 ' --regex '^net\s*(user|work)'
finds '1:output:1 ' --regex --case-sensitive 'SV[A-Z]+'
none 'user net'
none svchost.ex
none --substring --case-sensitive 'name:'
none --regex 'Name.*net'
none --regex --case-sensitive 'name'
none zzz
# What looks like syntax of FTS5, SQL or a shell is a text.
for text in '"' '*' 'NEAR(net user)' 'net AND zzz' 'text:net zzz' "'; DROP TABLE page; --" '-zzz' '^zzz' '%' '$(id)'; do
  status=0
  "$LRARCHIVE" search -- "$text" >out 2>err || status=$?
  case $text in
  '"' | '*' | '%') equal 2 "$status" ;;
  *) equal 1 "$status" ;;
  esac
done
run_exit 1 search --substring '%'
