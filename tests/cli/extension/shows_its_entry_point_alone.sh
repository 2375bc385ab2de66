extension=${LRARCHIVE%/*}/lrarchive.so
equal sqlite3_lrarchive_init "$(nm -D --defined-only "$extension" | awk '{ print $3 }' | grep -v '^_' || true)"
needed=$(readelf -d "$extension" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
equal libc.so.6 "$needed"
