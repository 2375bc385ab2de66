run init >/dev/null
transcript s.ps1 'b\na\na\nonly 1\nonly 1\nc' | run ingest -q -
transcript s.ps1 'c\na\nb\nb\n' | run ingest -q -
transcript s.ps1 'a\nb\nc\nZ\nY\n' | run ingest -q -
run_exit 1 diff 1 2
run_exit 1 diff --set 1 2
equal '-only 1' "$(sed 1,2d out)"
run_exit 1 diff --set 2 1
equal '+only 1' "$(sed 1,2d out)"
run_exit 1 diff --set 1 3
equal '-only 1
+Z
+Y' "$(sed 1,2d out)"
run_exit 0 diff --set --ignore only 1 2
run_exit 0 diff --set --mask '^only \d$|^[YZ]$' --ignore . 1 3
run_exit 1 diff --set --mask '^only \d$' --ignore '^[YZ]' 1 3
