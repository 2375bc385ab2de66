# Whatever the manifests say: paths that lead out, links, bytes in a folder, terminal controls; a declaration that goes on.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
run export IR-7 -o case.zip --key key >/dev/null
cat >forge.py <<'P'
import hashlib, sys, warnings, zipfile
warnings.simplefilter("ignore")
top, how, path = "case-IR-7/", sys.argv[1], sys.argv[2].encode().decode("unicode_escape")
old = zipfile.ZipFile("case.zip")
files = {i.filename[len(top):]: old.read(i) for i in old.infolist() if "manifest" not in i.filename}
if how == "file":
    files[path] = b"x"
if how == "declaration":
    files["bagit.txt"] += b"\0more"
def manifest(payload):
    return "".join(f"{hashlib.sha256(d).hexdigest()}  {n}\n" for n, d in files.items()
                   if n.startswith("data/") == payload and not n.endswith("/")).encode()
files["manifest-sha256.txt"] = manifest(True)
files["tagmanifest-sha256.txt"] = manifest(False)
with zipfile.ZipFile("forged.zip", "w") as out:
    for name, data in files.items():
        about = zipfile.ZipInfo((path if how == "top" else top) + name)
        about.external_attr = (0o120777 if how == "link" and name == path else 0o100644) << 16
        out.writestr(about, data)
    if how == "folder":
        out.writestr(top + path, "MZ")
P
forged() {
  python3 forge.py "$1" "$2"
  run_exit 1 verify forged.zip
  contains out "$3"
}
forged file data/../../../etc/x 'data/../../../etc/x: has a name that no export has'
forged file data//etc/x 'has a name that no export has'
forged file 'data/a\\x' 'has a name that no export has'
forged file data/... 'has a name that no export has'
forged link data/report.html 'data/report.html: is a link'
forged folder data/more/ 'data/more/: is a link, a device or a folder with bytes'
forged top ../ 'holds no folder with a bagit.txt'
forged top ./ 'holds no folder with a bagit.txt'
forged declaration - 'bagit.txt: does not say that this is a bag'
# On a terminal a control in a name is shown, not done.
python3 forge.py file data/CONTROL
sed -i 's/CONTROL/\x1b[31mOL/g' forged.zip
script -qec "'$LRARCHIVE' verify forged.zip" /dev/null </dev/null >seen || true
contains seen 'data/\x1b[31mOL'
! grep -q "$(printf '\033\[31m')" seen || fail "a control reaches the terminal"
# What some programs put beside the folder is told, and the bag is looked at all the same.
python3 -c '
import zipfile
old = zipfile.ZipFile("case.zip")
with zipfile.ZipFile("forged.zip", "w") as out:
    out.writestr("__MACOSX/", "")
    for i in old.infolist():
        out.writestr(i.filename, old.read(i))'
run_exit 1 verify forged.zip
contains out "__MACOSX/: lies outside the bag's folder"
contains out 'DAMAGED: 26 files'
