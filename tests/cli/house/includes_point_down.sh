# Who may include whom, one place for each third-party header, and only cmd/ prints.
"$ROOT/scripts/check-layering" "$ROOT" >offences || fail "$(cat offences)"
