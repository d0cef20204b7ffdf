# To be sourced by the scripts that print the path of a program which tests need.

# The path of the first of these names that is on the machine; the script ends with it.
found() {
    for name in "$@"; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
            command -v "$name"
            exit 0
        fi
    done
}
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
