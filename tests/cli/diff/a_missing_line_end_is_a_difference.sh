run init >/dev/null
transcript s.ps1 'a\nb\n' | run ingest -q -
transcript s.ps1 'a\nb' | run ingest -q -
transcript s.ps1 '' | run ingest -q -
run_exit 1 diff 1 2
equal '@@ -1,2 +1,2 @@
 a
-b
+b
\ no newline at the end' "$(sed 1,2d out)"
run_exit 0 diff --set 1 2
run_exit 1 diff 3 2
equal '@@ -0,0 +1,2 @@
+a
+b
\ no newline at the end' "$(sed 1,2d out)"
