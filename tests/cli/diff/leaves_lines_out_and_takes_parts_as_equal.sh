run init >/dev/null
transcript p.ps1 '# at 10:15\nsvchost.exe 812 4:01\nexplorer.exe 90 0:07\nevil.exe 7 0:00\n' | run ingest -q -
transcript p.ps1 '# at 11:20\n# twice\nsvchost.exe 1044 5:33\nexplorer.exe 77 0:09\n' | run ingest -q -
run_exit 1 diff 1 2
run_exit 1 diff --mask '\d+' --ignore '^#' 1 2
equal '@@ -2,3 +3,2 @@
 svchost.exe 812 4:01
 explorer.exe 90 0:07
-evil.exe 7 0:00' "$(sed 1,2d out)"
run_exit 0 diff --mask '\d+' --ignore '^#' --ignore '^EVIL' --ignore '(?i)^EVIL' 1 2
# Masks look at the line as it is, in any order; what they match is no less there.
run_exit 0 diff --ignore ^# --ignore evil --mask '\d+:\d+' --mask ' \d+' 1 2
run_exit 0 diff --ignore ^# --ignore evil --mask ' \d+' --mask '\d+:\d+' 1 2
run_exit 1 diff --ignore ^# --ignore evil --mask ' \d+' 1 2
transcript q.ps1 'pid\n' | run ingest -q -
transcript q.ps1 'pid 5\n' | run ingest -q -
run_exit 1 diff --mask ' \d+' 3 4
# ^ and $ are the line's; letters match in their own case.
run_exit 1 diff --ignore '^id' 3 4
run_exit 0 diff --ignore '^pid$' --ignore '5$' 3 4
run_exit 1 diff --ignore PID 3 4
