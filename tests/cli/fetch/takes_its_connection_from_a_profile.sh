# [default] counts without --profile, --profile NAME takes another one, with its archive and its operator; what the line says counts
# more. A name that is not there, and a file that others may write, are refused.
. "$ROOT/tests/fetch/lib.sh"
unset LRARCHIVE_TOKEN LRARCHIVE_DIR
serve
action 1
result 1 0 text
mkdir -p config/lrarchive
printf good >config/lrarchive/token
cat >config/lrarchive/config <<P
[default]
api-url = $URL
blob-hosts = 127.0.0.1
token-file = token
archive = $PWD/first
operator = anna

[other]
api-url = $URL
blob-hosts = 127.0.0.1
token-file = token
archive = $PWD/second
P
chmod 600 config/lrarchive/config
for name in first second third; do run init $name >/dev/null; done
# who FOLDER
who() {
  sqlite3 -readonly "$1/history.db" "SELECT DISTINCT operator FROM acquisitions"
}
run_exit 0 fetch "$(guid 1)"
equal anna "$(who first)"
run_exit 0 fetch "$(guid 1)" --profile other
[ -n "$(who second)" ] && [ "$(who second)" != anna ] || fail "$(who second)"
run_exit 0 fetch "$(guid 1)" -a third --operator berta
equal berta "$(who third)"
LRARCHIVE_OPERATOR=cora run_exit 0 fetch "$(guid 1)" --again
equal "anna cora" "$(who first | xargs)"
run_exit 0 watch --once --profile other
contains err "0 fetched"
run_exit 0 fetch --check --profile other
grep -q "ok       archive      .*/second" out || fail "$(cat out)"
run_exit 2 fetch "$(guid 1)" --profile none
contains err "none"
chmod 620 config/lrarchive/config
run_exit 2 fetch "$(guid 1)"
contains err "config: others than its owner may write it, and it may name a command to run: chmod go-w it"
