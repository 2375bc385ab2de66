run init >/dev/null
transcript a.ps1 text >a.json
head -c 3000000 /dev/urandom >sample.bin
: >empty
run ingest -q --action act-1 --index 3 a.json
run ingest -q sample.bin empty
run cat --raw 1 | cmp - a.json
run cat --raw act-1/3 | cmp - a.json
run cat --raw "sha256:$(sha256sum <sample.bin | cut -c-64)" | cmp - sample.bin
run cat --raw "sha256:$(sha256sum <empty | cut -c-10)" | cmp - empty
run_exit 1 cat "sha256:$(sha256sum <sample.bin | cut -c-64)"
contains err 'cat --raw'
run_exit 1 cat --raw 77
