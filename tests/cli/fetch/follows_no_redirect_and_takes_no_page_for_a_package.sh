# A redirect is told and not followed, and the token goes nowhere else; a link to another host is not used; a page of HTML, and bytes
# that do not fit their Content-MD5, never become evidence.
. "$ROOT/tests/fetch/lib.sh"
by_hand 1800000000
mkdir other
python3 - other/port <<'PY' &
import http.server, sys, threading, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        open("other/asked", "a").write(self.path + str(self.headers))
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
open("other/new", "w").write(str(server.server_port))
os.rename("other/new", sys.argv[1])
server.serve_forever()
PY
other=$!
trap 'kill $other' EXIT
until_true test -e other/port
elsewhere=http://127.0.0.1:$(cat other/port)
for number in 1 2 3 4 5 6; do
  action $number
  result $number 0 "text $number"
done
faults "{match: \"$(guid 1)\$\", times: 99, status: 302, headers: {Location: \"$elsewhere/1\"}}" \
  "{match: \"$(guid 2).*Link\", times: 99, status: 307, headers: {Location: \"$elsewhere/2\"}}" \
  "{match: \"blob/$(guid 3)\", times: 99, status: 302, headers: {Location: \"$elsewhere/3\"}}" \
  "{match: \"$(guid 4).*Link\", times: 99, link: \"http://localhost:$(cat other/port)/4\"}" \
  "{match: \"blob/$(guid 5)\", times: 99, status: 200, body: \"<html>sign in</html>\", headers: {\"Content-Type\": \"text/html\"}}" \
  "{match: \"blob/$(guid 6)\", times: 99, md5: \"AAAAAAAAAAAAAAAAAAAAAA==\"}"
serve
run init >/dev/null
fails() {
  fetch_exit "$2" "$(guid "$1")"
  contains err "$(guid "$1")"
  contains err "$3"
}
fails 1 4 "the service answered 302, a redirect, which is not followed: is the API's address right?"
fails 2 4 "the service answered 307, a redirect, which is not followed"
fails 3 4 "the host of the package, 127.0.0.1, answered 302"
fails 4 7 "the service gave a link to localhost, which is not among the hosts that packages may come from; if it is right, allow it with --blob-hosts"
fails 5 6 "a page, no package; is there a proxy in between?"
fails 6 6 "the package's Content-MD5 does not fit its bytes, 5 times in a row"
[ ! -e other/asked ] || fail "$(cat other/asked)"
equal 0 "$(sql 'SELECT count(*) FROM acquisitions WHERE action_id IS NOT NULL')"
