# Debian's golang-golang-x-mod-dev (sumdb/note, sumdb/tlog) on checkpoint, key, lines and proofs of an export.
. "$ROOT/tests/export/lib.sh"
export_key
export_case
for n in $(seq 1 30); do
  transcript "s$n.ps1" "more $n\n" >"more$n.json"
done
run ingest -q --case OTHER more*.json
run case note -q IR-7 'a last word'
run export IR-7 -o case.zip --key key >/dev/null
folder=$(unpacked case.zip)
cat >check.go <<'G'
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proof struct {
	Number, Index int64
	Hashes        []string
}

func read(name string) string {
	text, err := os.ReadFile(os.Args[1] + "/data/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return string(text)
}

func main() {
	verifier, err := note.NewVerifier(strings.TrimSpace(read("key.pub")))
	if err != nil {
		log.Fatal(err)
	}
	signed, err := note.Open([]byte(read("checkpoint.txt")), note.VerifierList(verifier))
	if err != nil {
		log.Fatal(err)
	}
	var origin, root64 string
	var size int64
	fmt.Sscan(signed.Text, &origin, &size, &root64)
	bytes, err := base64.StdEncoding.DecodeString(root64)
	if err != nil {
		log.Fatal(err)
	}
	var root tlog.Hash
	copy(root[:], bytes)
	lines := bufio.NewScanner(strings.NewReader(read("custody.jsonl")))
	count := 0
	for _, text := range strings.Split(strings.TrimSpace(read("proofs.jsonl")), "\n") {
		lines.Scan()
		var p proof
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			log.Fatal(err)
		}
		var way tlog.RecordProof
		for _, h := range p.Hashes {
			var hash tlog.Hash
			raw, _ := base64.StdEncoding.DecodeString(h)
			copy(hash[:], raw)
			way = append(way, hash)
		}
		if err := tlog.CheckRecord(way, size, root, p.Index, tlog.RecordHash(lines.Bytes())); err != nil {
			log.Fatal(p.Number, ": ", err)
		}
		count++
	}
	fmt.Println(count, "of", size)
}
G
want="$(wc -l <"$folder/data/custody.jsonl") of $(ledger .number | wc -l)"
equal "$want" "$(HOME=$PWD GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS=-mod=mod GOCACHE=$PWD/cache go run check.go "$folder")"
