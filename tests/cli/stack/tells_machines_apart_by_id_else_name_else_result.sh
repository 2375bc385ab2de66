run init >/dev/null
transcript s.ps1 'a\nx1' | run ingest -q --machine-id M1 --machine ws-1 -
transcript s.ps1 'a\nx2' | run ingest -q --machine-id m1 --machine renamed -
transcript s.ps1 'a\nx3' | run ingest -q --machine Host -
transcript s.ps1 'a\nx4' | run ingest -q --machine hOST -
transcript s.ps1 'a\nx5' | run ingest -q -
transcript s.ps1 'a\nx6' | run ingest -q -
equal $'4\t6\ta' "$(run stack -q | cut -f 1,2,4 | tail -n 1)"
