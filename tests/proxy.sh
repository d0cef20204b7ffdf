#!/bin/sh
# Print the path of nginx or haproxy, for the tests of what stands before the dashboard: the one that is there, or Debian's,
# unpacked into .venv and not installed: Debian's packages would start a service on this machine. Prints nothing where it
# can't be had: the tests that need it then say so.
. "$(dirname "$0")/found.sh"
program=$1
found "$2" "$program" "/usr/sbin/$program"
home="$(cd "$(dirname "$0")/.." && pwd -P)/.venv/proxies"
"$home/bin/$program" -v >/dev/null 2>&1 && echo "$home/bin/$program" && exit 0
if command -v apt-get >/dev/null 2>&1; then
    echo "Fetching $program for the tests of proxies." >&2
    mkdir -p "$home/bin" "$home/debs/partial"
    fetch() {
        apt-get install --download-only -y -qq --no-install-recommends \
            -o Dir::Cache::archives="$home/debs" -o Debug::NoLocking=1 "$program"
    }
    {
        fetch || { $as_root apt-get update -qq && fetch; }
        for package in "$home"/debs/*.deb; do dpkg -x "$package" "$home"; done
        # With the libraries that came along, wherever the folder is moved to.
        cat >"$home/bin/$program" <<'END'
#!/bin/sh
home="$(cd "$(dirname "$0")/.." && pwd -P)"
LD_LIBRARY_PATH="$(echo "$home"/usr/lib/*-linux-gnu*):$LD_LIBRARY_PATH" exec "$home/usr/sbin/${0##*/}" "$@"
END
        chmod +x "$home/bin/$program"
        "$home/bin/$program" -v || rm "$home/bin/$program"
        rm -r "$home/debs"
    } >/dev/null 2>&1
    [ -x "$home/bin/$program" ] && echo "$home/bin/$program"
fi
exit 0
