"""What the service does with its blobs, done with Azurite's: it puts them, and signs links to them.

Strings to sign: https://learn.microsoft.com/rest/api/storageservices/create-service-sas and …/create-account-sas.
"""
import base64
import datetime
import hashlib
import hmac
import http.client
import time
import urllib.parse

ACCOUNT = "devstoreaccount1"
# The one that every Azurite has and its manual prints.
KEY = base64.b64decode("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")
CONTAINER = "results"
VERSION = "2020-10-02"


def signature(lines):
    return base64.b64encode(hmac.new(KEY, "\n".join(lines).encode(), "sha256").digest()).decode()


def ending(seconds):
    return datetime.datetime.fromtimestamp(time.time() + seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(port, name, seconds):
    """A link to one blob, to read it only, as the service hands it out (service SAS)."""
    expiry = ending(seconds)
    resource = f"/blob/{ACCOUNT}/{CONTAINER}/{name}"
    # permissions, start, expiry, resource, identifier, ip, protocol, version, resource type, snapshot, five response headers
    sig = signature(["r", "", expiry, resource, "", "", "", VERSION, "b", "", "", "", "", "", ""])
    query = urllib.parse.urlencode({"sv": VERSION, "se": expiry, "sr": "b", "sp": "r", "sig": sig})
    return f"http://127.0.0.1:{port}/{ACCOUNT}/{CONTAINER}/{name}?{query}"


def request(port, method, path, query="", body=None, headers=(), passing=()):
    """A request of the owner's (account SAS), who may do all to blobs. An answer of 300 or more must be in `passing`."""
    expiry = ending(600)
    # account, permissions, services, resource types, start, expiry, ip, protocol, version, and a last LF
    sig = signature([ACCOUNT, "rwdlac", "b", "sco", "", expiry, "", "", VERSION, ""])
    owner = urllib.parse.urlencode({"sv": VERSION, "ss": "b", "srt": "sco", "sp": "rwdlac", "se": expiry, "sig": sig})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, f"/{ACCOUNT}/{path}?{query}{owner}", body, {"x-ms-version": VERSION, **dict(headers)})
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status >= 300 and response.status not in passing:
        raise RuntimeError(f"Azurite: {method} {path}: {response.status} {response.reason}")


def put(port, name, body):
    """A block blob with its Content-MD5; the container is made when it is missing."""
    request(port, "PUT", CONTAINER, "restype=container&", b"", passing=(409,))
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    request(port, "PUT", f"{CONTAINER}/{name}", "", body,
            {"x-ms-blob-type": "BlockBlob", "Content-MD5": md5, "Content-Type": "application/octet-stream"})


def delete(port, name):
    request(port, "DELETE", f"{CONTAINER}/{name}", passing=(404,))
