#!/bin/sh
# Print the path of LibreOffice; install Debian's where there is none and we may. Prints nothing where it can't be had:
# the tests that need it then say so.
. "$(dirname "$0")/found.sh"
found "$SOFFICE" soffice libreoffice
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing LibreOffice for the tests of slides." >&2
    export DEBIAN_FRONTEND=noninteractive
    {
        $as_root apt-get update -qq
        # Liberation Sans is as wide as Arial; only from its second version on does it hold the letters of Kazakh.
        $as_root apt-get install -y -qq --no-install-recommends libreoffice-impress fonts-liberation2 ||
            $as_root apt-get install -y -qq --no-install-recommends libreoffice-impress fonts-liberation
    } >/dev/null 2>&1
    command -v soffice
fi
exit 0
