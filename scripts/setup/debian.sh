# shellcheck shell=bash
# Packages of Debian that tests need.

# install_debian PACKAGE...: installs them, with fresh package lists when the known ones do not lead to them. Returns 1 when it could not.
install_debian() {
    local apt=(apt-get -o DPkg::Lock::Timeout=300)
    ((EUID == 0)) || apt=(sudo -n "${apt[@]}")
    with_progress "installing $*" "$tools/log/peers.log" env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y -q "$@" ||
        { with_progress "refreshing the package lists" "$tools/log/peers.log" "${apt[@]}" update -q &&
            with_progress "installing $*" "$tools/log/peers.log" env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y -q "$@"; }
}
