run init >/dev/null
transcript a.ps1 'one evil\ntwo' | run ingest -q -
printf 'MZ evil' | run ingest -q -
chmod -R a-w archive
trap 'chmod -R u+w archive' EXIT
find archive -printf '%p %T@ %s\n' | sort >before
for how in evil '--substring evil --files' '--regex ev.l'; do
  # shellcheck disable=SC2086
  run search -q $how >out
  contains out 'one evil'
done
run search -q --patterns - --by indicator <<<evil >out
contains out evil
find archive -printf '%p %T@ %s\n' | sort >after
if [ "$(id -u)" -ne 0 ]; then
  cmp before after
  run_exit 4 search evil --record x
  contains out 'one evil'
fi
