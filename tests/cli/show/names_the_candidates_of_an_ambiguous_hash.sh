run init >/dev/null
mkdir zip
transcript a.ps1 one >zip/a.json
transcript b.ps1 two >zip/b.json
python3 -m zipfile -c two.zip zip/a.json zip/b.json
run ingest -q two.zip
hash=$(sha256sum <two.zip | cut -c-64)
run_exit 2 show "sha256:$hash"
contains err a.ps1
contains err b.ps1
contains err 1000000000001
equal two "$(run cat 1000000000001)"
run cat --raw "sha256:$hash" | cmp - two.zip
