run init >/dev/null
transcript a.ps1 'GET http://evil.example/x from 10.0.3.4\nwww.evil.example 110.0.3.40\nM\xc3\x9cLLER and C2.EXE\n' | run ingest -q --machine ws-1 --observed 2026-03-01 -
transcript b.ps1 'evil.example\n[fe80::1]:443 and fe80::12' | run ingest -q --machine ws-2 --observed 2026-03-02 -
hits() { # ROWS ARGS…: result:line:indicator
  run search -q --json "${@:2}" >out
  equal "$1" "$(jq -r 'select(.result_id) | "\(.result_id):\(.line_no):\(.indicator)"' out | paste -sd' ')"
}
printf '\xef\xbb\xbf# of today\r\n\r\nevil.example\r\n  10.0.3.4  \r\nm\xc3\xbcller\r\nzzz\r\n' >list
printf 'name,Indicator,type\nx,evil.example,domain\n"y, z",10.0.3.4,ip\n,fe80::1,ip\n' >list.csv
hits '1:1:evil.example 1:1:10.0.3.4 1:2:evil.example 1:2:10.0.3.4 1:3:müller 2:1:evil.example' --patterns list
hits '1:1:evil.example 1:1:10.0.3.4 1:3:müller 2:1:evil.example' --patterns list --word
hits '1:1:evil.example 1:1:10.0.3.4 2:1:evil.example 2:2:fe80::1' --patterns list.csv
hits '1:1:evil.example 1:1:10.0.3.4 1:2:evil.example 1:2:10.0.3.4 2:1:evil.example 2:2:fe80::1' --patterns list.csv --no-word
hits '2:1:evil.example' --patterns list.csv --machine ws-2 --limit 1
# From stdin and from a pipe of the shell's, as UTF-16, too.
hits '1:1:evil.example 1:2:evil.example 2:1:evil.example' --patterns - <<<evil.example
hits '1:1:evil.example 1:2:evil.example 2:1:evil.example' --patterns <(echo evil.example)
printf '\xff\xfe' >wide
printf 'M\xc3\xbcller\r\n' | iconv -f UTF-8 -t UTF-16LE >>wide
hits '1:3:Müller' --patterns wide
# Written so that nobody clicks it.
printf 'hxxp://evil[.]example/x\nC2(.)exe\n' >fanged
run_exit 1 search --patterns fanged
hits '1:1:http://evil.example/x 1:3:C2.exe' --patterns fanged --refang
# A row for each indicator, those never seen last, in the order of the list.
printf 'zzz\nfe80::1\nEVIL.example\nyyy\nevil.example\n' >order
run search -q --patterns order --by indicator >out
equal 'INDICATOR:MACHINES:HITS EVIL.example:2:3 evil.example:2:3 fe80::1:1:1 zzz:0:0 yyy:0:0' "$(cut -f 1,6,7 out | tr '\t' : | paste -sd' ')"
run_exit 1 search --patterns order --by indicator --machine ws-9
equal 6 "$(wc -l <out)"
