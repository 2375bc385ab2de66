# What makes no sense together is a wrong command line (2): nothing is asked of anybody, and no archive is needed.
. "$ROOT/tests/fetch/lib.sh"
serve
refused() {
  fetch_exit 2 "${@:2}"
  contains err "$1"
}
one=$(guid 1)
refused "give actions, or - for a list on stdin, or --all"
refused "give actions, or - for a list on stdin, or --all" --all "$one"
for filter in since=1d machine=ws script=a requestor=a comment=a; do
  refused "filters need --all" "$one" "--${filter%=*}" "${filter#*=}"
done
refused "--timeout needs --wait" "$one" --timeout 1h
refused "--check takes no action" --check "$one"
refused "--check takes no action" --check --all
refused "'nonsense' is neither ACTION nor ACTION/INDEX" nonsense
refused "--parallel" "$one" --parallel 17
refused "--parallel" "$one" --parallel 0
refused "--max-calls-per-hour" "$one" --max-calls-per-hour 1501
refused "--since" --all --since yesterday
refused "--min-free" "$one" --min-free lots
refused "there is no cloud 'mars'" "$one" --cloud mars
run_exit 2 fetch "$one" --api-url http://api.example.com
contains err "--api-url must begin with https:// (http:// is for loopback only)"
run_exit 2 fetch "$one" --api-url http://127.0.0.1.example.com
refused "http:// is for loopback only" "$one" --login-url http://login.example.com
refused "more than one way to log in" "$one" --client-id app --tenant t --client-secret-file s --device-code
LRARCHIVE_TOKEN='' refused "no token: set \$LRARCHIVE_TOKEN, or give --token-file" "$one"
equal 0 "$(requests true)"
[ ! -e archive ]
