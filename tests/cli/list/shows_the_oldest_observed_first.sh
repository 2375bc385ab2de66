run init >/dev/null
transcript new.ps1 new '' 5 | run ingest -q --observed 2026-03-02T00:00:00Z --machine ws-2.corp.example -
transcript old.ps1 'old text' | run ingest -q --observed 2026-03-01T08:09:10Z --machine ws-1.corp.example -
printf 'RESULT\tOBSERVED\tMACHINE\tSCRIPT\tEXIT\tSTATUS\tBYTES
2\t2026-03-01T08:09:10Z\tws-1.corp.example\told.ps1\t0\tok\t8
1\t2026-03-02T00:00:00Z\tws-2.corp.example\tnew.ps1\t5\tok\t3\n' >want
run list | diff want - || fail "another list"
