#!/bin/sh
# Print the path of a Chromium; install Debian's where there is none and we may.
set -e
. "$(dirname "$0")/found.sh"
found "$CHROMIUM" chromium chromium-browser google-chrome
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests." >&2
    DEBIAN_FRONTEND=noninteractive $as_root apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null
    command -v chromium
else
    echo "No Chromium was found. Install one, or name it: CHROMIUM=/path/to/chromium make test" >&2
    exit 1
fi
