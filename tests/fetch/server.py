#!/usr/bin/env python3
"""The service's API and a blob host on loopback, as FACTS of the service have them, with faults on demand.

server.py FOLDER: prints its port and serves until its stdin ends. In FOLDER:
  actions/<id>.json      machine actions, as the API gives them
  blobs/<id>_<index>     packages
  faults.json            rules, read at each request: [{"match": regex on "GET /path" or "POST /path grant", "times": N, …what to do…}];
                         the first that fits and has not been used up is done instead of, or with, the answer; other rules begin anew:
                         status, headers, body: an answer of its own     null_link, empty_link, encode (times): the link
                         cut: the connection ends after so many bytes     slow: seconds before the answer
                         stall: a package stops after so many bytes, for a minute
                         length, md5, etag: a header that is not true     anew: the package changes
                         blob_md5: the checksum comes as x-ms-blob-content-md5 of the whole, as it does with a part; part_md5: a part's own, too
  azurite                the port of Azurite (tests/azurite): links lead to it, and blobs/ is brought there before each; the
                         clock is the machine's. What a rule may say of a link to it:
                         seconds: it holds so long     hold: seconds between its signature and the answer
                         relay: it leads through here, where rules fit "GET /devstoreaccount1/"
  clock                  8 bytes, microseconds since 1970: the time that is right here; without it the machine's
  client.pem             the certificate by which the app "app" may log in
  device.json            how a person signs in by device code: signs_in_after (seconds), outcome (an error), slow_down (times),
                         lifetime (of a token), no_refresh, same_refresh, answer (members to put into the answer that has the code)
  log.jsonl              written: a line a request
  logins.jsonl           written: a line a login, what of it is no secret
  tls.pem                written with TLS=1 in the environment, which makes it https: its certificate, of 127.0.0.1
Tokens "good", "renewed" and $TOKENS (environment, by spaces) are accepted. A link holds for LINK_SECONDS (environment; 1800).
"""
import base64
import datetime
import hashlib
import hmac
import html
import http.client
import http.server
import json
import os
import re
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "azurite"))
import sas

FOLDER = sys.argv[1]
SECRET = os.urandom(16)
TOKENS = ["good", "renewed", *os.environ.get("TOKENS", "").split()]
LINK_SECONDS = float(os.environ.get("LINK_SECONDS", "1800"))
LOCK = threading.Lock()
USED = {}
VERSIONS = {}
IN_AZURITE = {}
WAITING = set()  # GETs without an answer yet


def now():
    try:
        with open(f"{FOLDER}/clock", "rb") as file:
            return struct.unpack("<q", file.read(8))[0] / 1e6
    except OSError:
        return time.time()


def fault(line):
    """The rule for this request, counted as used."""
    try:
        with open(f"{FOLDER}/faults.json", encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return {}
    with LOCK:
        for number, rule in enumerate(json.loads(text)):
            key = (text, number)
            if re.search(rule["match"], line) and USED.get(key, 0) < rule.get("times", 1):
                USED[key] = USED.get(key, 0) + 1
                if USED[key] > rule.get("after", 0):
                    return rule
    return {}


def sign(path, expiry):
    return base64.b64encode(hmac.new(SECRET, f"{path} {expiry}".encode(), "sha256").digest()).decode()


# ---- Azurite ----


def azurite_port():
    try:
        with open(f"{FOLDER}/azurite", encoding="utf-8") as file:
            return int(file.read())
    except OSError:
        return None


def bring_to_azurite(name):
    """What has not changed stays the blob that it was."""
    try:
        with open(f"{FOLDER}/blobs/{name}", "rb") as file:
            body = file.read()
    except OSError:
        sas.delete(azurite_port(), name)
        return
    if IN_AZURITE.get(name) != body:
        sas.put(azurite_port(), name, body)
        IN_AZURITE[name] = body


# ---- logins: each gives the answer, or an error and why ----


def no_grant(_form, _request):
    return "unsupported_grant_type", "AADSTS70003: unsupported grant"


def base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def judge_assertion(jwt, url):
    """What is wrong with a client assertion, or None."""
    head, claims, signature = jwt.split(".")
    with open(f"{FOLDER}/client.pem", encoding="ascii") as file:
        pem = re.search(r"-----BEGIN CERTIFICATE-----(.*?)-----END", file.read(), re.S)[1]
    thumbprint = hashlib.sha256(base64.b64decode(pem)).digest()
    with tempfile.TemporaryDirectory() as folder:
        key = subprocess.run(["openssl", "x509", "-in", f"{FOLDER}/client.pem", "-noout", "-pubkey"], check=True, capture_output=True)
        for name, content in (("key", key.stdout), ("signature", base64url(signature)), ("text", f"{head}.{claims}".encode())):
            with open(f"{folder}/{name}", "wb") as file:
                file.write(content)
        verified = subprocess.run(
            ["openssl", "dgst", "-sha256", "-verify", f"{folder}/key", "-signature", f"{folder}/signature",
             "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256", f"{folder}/text"],
            check=False, capture_output=True,
        ).returncode == 0
    head, claims = json.loads(base64url(head)), json.loads(base64url(claims))
    uuid = claims.get("jti", "")
    if not verified:
        return "signature"
    if head != {"alg": "PS256", "typ": "JWT", "x5t#S256": base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")}:
        return "header"
    if claims.get("aud") != url or claims.get("iss") != "app" or claims.get("sub") != "app":
        return "aud, iss or sub"
    if not claims["nbf"] <= now() < claims["exp"] <= claims["nbf"] + 600:
        return "nbf or exp"
    if not re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uuid) or uuid in USED:
        return "jti"
    USED[uuid] = 1
    return None


def log_in_as_app(form, request):
    if "client_assertion" in form:
        if form.get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer":
            return "invalid_request", "AADSTS: client_assertion_type"
        trouble = judge_assertion(form["client_assertion"], f"http://{request.headers['Host']}{request.path}")
        if trouble:
            return "invalid_client", f"AADSTS700027: client assertion: {trouble}"
    elif form.get("client_secret") != "se cret+&=":
        return "invalid_client", "AADSTS7000215: Invalid client secret"
    return {"access_token": "good", "expires_in": 3599}


def device_rule():
    try:
        with open(f"{FOLDER}/device.json", encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return {}


def begin_device(_form, _request):
    code = f"device-code-{len(DEVICES)}"
    answer = {
        "device_code": code, "user_code": "ABCD-EFGH", "verification_uri": "https://microsoft.com/devicelogin", "expires_in": 900,
        "interval": 5, "message": "To sign in, do what this says", **device_rule().get("answer", {}),
    }
    DEVICES[code] = {"begin": now(), "seen": now(), "slowed": 0, "interval": answer["interval"], "expires_in": answer["expires_in"]}
    return answer


def give_tokens(token, form):
    rule = device_rule()
    answer = {"access_token": token, "expires_in": rule.get("lifetime", 3599)}
    if "offline_access" in form.get("scope", "").split() and not (rule.get("no_refresh") or rule.get("same_refresh") and REFRESHES):
        REFRESHES.append(f"refresh-secret-{len(REFRESHES)}")
        answer["refresh_token"] = REFRESHES[-1]
    return answer


def log_in_by_device(form, _request):
    device, rule = DEVICES.get(form.get("device_code")), device_rule()
    if not device:
        return "bad_verification_code", "AADSTS70020: no such device_code"
    age, since = now() - device["begin"], now() - device["seen"]
    device["seen"] = now()
    if age >= device["expires_in"]:
        return "expired_token", "AADSTS70020: the code has ended"
    if since < device["interval"] or device["slowed"] < rule.get("slow_down", 0):
        device["slowed"] += 1
        device["interval"] += 5
        return "slow_down", "AADSTS: too often"
    if age < rule.get("signs_in_after", 0):
        return "authorization_pending", "AADSTS70016: pending"
    if "outcome" in rule:
        return rule["outcome"], "AADSTS: it came to nothing"
    del DEVICES[form["device_code"]]
    return give_tokens("good", form)


def renew(form, _request):
    """Only the newest refresh token holds."""
    if not REFRESHES or form.get("refresh_token") != REFRESHES[-1]:
        return "invalid_grant", "AADSTS70008: the refresh token has ended"
    return give_tokens("renewed", form)


DEVICES = {}
REFRESHES = []
LOGINS = {
    "client_credentials": log_in_as_app, "devicecode": begin_device,
    "urn:ietf:params:oauth:grant-type:device_code": log_in_by_device, "refresh_token": renew,
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each small answer waits for the other side's delayed acknowledgement

    def log_message(self, *_):
        pass

    def note(self, status):
        entry = {
            "time": now(), "path": self.path.split("?")[0], "status": status, "method": self.command,
            "query": self.path.partition("?")[2] if self.headers.get("Authorization") else "",
            "token": self.headers.get("Authorization", ""), "range": self.headers.get("Range", ""),
            "if_match": self.headers.get("If-Match", ""), "at_once": len(WAITING),
        }
        entry["asked"] = urllib.parse.unquote_plus(entry["query"])
        with LOCK, open(f"{FOLDER}/log.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
            WAITING.discard(self)

    def answer(self, status, body, headers=(), cut=None, stall=None):
        body = body if isinstance(body, bytes) else body.encode()
        self.note(status)
        self.send_response_only(status)
        headers = dict(headers)
        headers.setdefault("Content-Length", str(len(body)))
        headers.setdefault("Date", self.date_time_string(now()))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if cut is not None:
            self.wfile.write(body[:cut])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)
            return
        if stall is not None:
            self.wfile.write(body[:stall])
            self.wfile.flush()
            time.sleep(60)
            body = body[stall:]
        self.wfile.write(body)

    def refuse(self, status, code, message, headers=()):
        error = {"error": {"code": code, "message": message, "target": "|corr-1.2"}}
        self.answer(status, json.dumps(error), {"Content-Type": "application/json", **dict(headers)})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        form = {key: value[0] for key, value in urllib.parse.parse_qs(self.rfile.read(length).decode()).items()}
        place = re.fullmatch(r"/[^/]+/oauth2/v2.0/(token|devicecode)", self.path)
        if not place:
            return self.refuse(404, "NotFound", "no such path")
        entry = {"time": now(), "place": place[1], **{key: form.get(key, "") for key in ("grant_type", "client_id", "scope")}}
        with LOCK, open(f"{FOLDER}/logins.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        rule = fault(f"POST {self.path} {form.get('grant_type', '')}")
        if "status" in rule:
            return self.answer(rule["status"], rule.get("body", ""), rule.get("headers", {}), rule.get("cut"))
        if form.get("client_id") != "app":
            return self.refuse_login("unauthorized_client", "AADSTS700016: no such application")
        with LOCK:
            answer = LOGINS.get(place[1] if place[1] == "devicecode" else form.get("grant_type"), no_grant)(form, self)
        return self.refuse_login(*answer) if isinstance(answer, tuple) else self.answer(200, json.dumps(answer))

    def refuse_login(self, error, why):
        status = 401 if error == "invalid_client" else 400
        self.answer(status, json.dumps({"error": error, "error_description": f"{why}\r\nTrace ID: 1"}))

    def do_GET(self):
        with LOCK:
            WAITING.add(self)
        rule = fault(f"GET {self.path}")
        if "slow" in rule:
            time.sleep(rule["slow"])
        if "status" in rule:
            return self.answer(rule["status"], rule.get("body", ""), rule.get("headers", {}), rule.get("cut"))
        if self.path.startswith("/blob/"):
            return self.blob(rule)
        if self.path.startswith(f"/{sas.ACCOUNT}/"):
            return self.relay(rule)
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in TOKENS:
            return self.refuse(401, "Unauthorized", "the token has ended")
        path = self.path.split("?")[0]
        link = re.fullmatch(r"/api/machineactions/([0-9a-f-]+)/GetLiveResponseResultDownloadLink\(index=(\d+)\)", path)
        if link:
            return self.link(f"{link[1]}_{link[2]}", rule)
        if path == "/api/machineactions":
            return self.list(urllib.parse.parse_qs(self.path.partition("?")[2]))
        action = re.fullmatch(r"/api/machineactions/([0-9a-f-]+)", path)
        if action and os.path.exists(f"{FOLDER}/actions/{action[1]}.json"):
            with open(f"{FOLDER}/actions/{action[1]}.json", "rb") as file:
                return self.answer(200, file.read(), {"Content-Type": "application/json"})
        return self.refuse(404, "ResourceNotFound", "no such action")

    def list(self, query):
        """Pages of LIST_PAGE actions (environment; as many as $top asks for), the next one by nextLink, the newest first."""
        condition = query.get("$filter", [""])[0]
        since = re.search(r"creationDateTimeUtc ge (\S+)", condition)
        requestor = re.search(r"requestor eq '((?:[^']|'')*)'", condition)
        actions = []
        for name in os.listdir(f"{FOLDER}/actions"):
            with open(f"{FOLDER}/actions/{name}", encoding="utf-8") as file:
                actions.append(json.load(file))
        actions = [
            action for action in actions
            if not (since and action["creationDateTimeUtc"] < since[1])
            and not (requestor and action["requestor"] != requestor[1].replace("''", "'"))
        ]
        actions.sort(key=lambda action: (action["creationDateTimeUtc"], action["id"]), reverse=True)
        skip, top = int(query.get("$skip", ["0"])[0]), int(query.get("$top", ["10000"])[0])
        size = min(top, int(os.environ.get("LIST_PAGE", top)))
        body = {"@odata.context": "x", "value": actions[skip:skip + size]}
        if size < top and skip + size < len(actions):
            rest = {key: value[0] for key, value in query.items()} | {"$skip": skip + size}
            body["@odata.nextLink"] = f"http://127.0.0.1:{self.server.server_port}/api/machineactions?{urllib.parse.urlencode(rest)}"
        return self.answer(200, json.dumps(body), {"Content-Type": "application/json"})

    def link(self, name, rule):
        if azurite_port():
            value = self.azurite_link(name, rule)
        elif os.path.exists(f"{FOLDER}/blobs/{name}"):
            value = self.own_link(name)
        else:
            return self.refuse(404, "ResourceNotFound", "no such result")
        for _ in range(rule.get("encode", 0)):
            value = html.escape(value)
        if "link" in rule:
            value = rule["link"]
        return self.answer(200, json.dumps({"@odata.context": "x", "value": value}), {"Content-Type": "application/json"})

    def own_link(self, name):
        expiry = datetime.datetime.fromtimestamp(now() + LINK_SECONDS, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        path = f"/blob/{name}"
        query = urllib.parse.urlencode({"se": expiry, "sp": "r", "sv": "2021-08-06", "sr": "b", "sig": sign(path, expiry)})
        return f"http://127.0.0.1:{self.server.server_port}{path}?{query}"

    def azurite_link(self, name, rule):
        bring_to_azurite(name)
        port = self.server.server_port if rule.get("relay") else azurite_port()
        value = sas.sign(port, name, rule.get("seconds", LINK_SECONDS))
        time.sleep(rule.get("hold", 0))
        return value

    def relay(self, rule):
        connection = http.client.HTTPConnection("127.0.0.1", azurite_port(), timeout=30)
        connection.request("GET", self.path, headers=dict(self.headers))
        response = connection.getresponse()
        # What is about the connection there is not about the one here.
        headers = {name.title(): value for name, value in response.getheaders()
                   if name.lower() not in ("connection", "keep-alive", "transfer-encoding")}
        self.answer(response.status, response.read(), headers, rule.get("cut"))
        connection.close()

    def blob(self, rule):
        path, _, query = self.path.partition("?")
        values = {key: value[0] for key, value in urllib.parse.parse_qs(query).items()}
        expiry = values.get("se", "")
        try:
            end = datetime.datetime.strptime(expiry, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
        except ValueError:
            end = 0
        if values.get("sig") != sign(path, expiry) or now() > end:
            body = '<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code></Error>'
            return self.answer(403, body, {"Content-Type": "application/xml", "x-ms-error-code": "AuthenticationFailed",
                                           "x-ms-request-id": "req-403"})
        with open(FOLDER + path.replace("/blob/", "/blobs/"), "rb") as file:
            body = file.read()
        if rule.get("anew"):
            VERSIONS[path] = VERSIONS.get(path, 0) + 1
        etag = f'"0x{hashlib.md5(body).hexdigest()[:12]}{VERSIONS.get(path, 0)}"'
        headers = {
            "Content-Type": "application/octet-stream", "ETag": rule.get("etag", etag), "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT",
            "Content-MD5": rule.get("md5", base64.b64encode(hashlib.md5(body).digest()).decode()), "x-ms-request-id": "req-1",
        }
        if self.headers.get("If-Match") not in (None, etag):
            return self.answer(412, "", {"x-ms-error-code": "ConditionNotMet"})
        span = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if span and not rule.get("no_range"):
            begin = int(span[1])
            if begin >= len(body):
                return self.answer(416, "", {"Content-Range": f"bytes */{len(body)}"})
            headers["Content-Range"] = f"bytes {begin}-{len(body) - 1}/{len(body)}"
            headers["x-ms-blob-content-md5"] = headers.pop("Content-MD5")
            if rule.get("part_md5"):
                headers["Content-MD5"] = base64.b64encode(hashlib.md5(body[begin:]).digest()).decode()
            return self.answer(206, body[begin:], headers, rule.get("cut"))
        if "length" in rule:
            headers["Content-Length"] = str(rule["length"])
            return self.answer(200, body, headers, len(body))
        if rule.get("blob_md5"):
            headers["x-ms-blob-content-md5"] = headers.pop("Content-MD5")
        return self.answer(200, body, headers, rule.get("cut"), rule.get("stall"))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # the other side has gone


def make_tls(server):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{FOLDER}/tls.key", "-out", f"{FOLDER}/tls.pem"],
        check=True, stderr=subprocess.DEVNULL,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{FOLDER}/tls.pem", f"{FOLDER}/tls.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if os.environ.get("TLS"):
        make_tls(server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    os._exit(0)


main()
