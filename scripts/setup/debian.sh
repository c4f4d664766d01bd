# shellcheck shell=bash
# Packages of Debian that tests need.

# install_debian PACKAGE...: installs them, with fresh package lists when the known ones do not lead to them. Their services are not started,
# neither now nor at boot. Returns 1 when it could not. A shell of its own, for the trap.
install_debian() (
    as_root=()
    ((EUID == 0)) || as_root=(sudo -n)
    apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
    policy=/usr/sbin/policy-rc.d
    enabled=$(enabled_services)
    if [[ ! -e $policy ]]; then
        trap '"${as_root[@]}" rm -f "$policy"' EXIT
        printf '#!/bin/sh\n# Asked for by phigate while it installs what tests need.\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin "$policy" || return 1
    fi
    with_progress "installing $*" "$tools/log/peers.log" "${apt[@]}" install -y -q --no-install-recommends "$@" ||
        { with_progress "refreshing the package lists" "$tools/log/peers.log" "${apt[@]}" update -q &&
            with_progress "installing $*" "$tools/log/peers.log" "${apt[@]}" install -y -q --no-install-recommends "$@"; } || return 1
    comm -13 <(echo "$enabled") <(enabled_services) | xargs -r "${as_root[@]}" systemctl disable >>"$tools/log/peers.log" 2>&1 || return 1
)

# What systemd starts at boot; nothing where it is not there.
enabled_services() {
    [[ ! -d /run/systemd/system ]] || systemctl list-unit-files --type=service,timer --state=enabled --no-legend | awk '{print $1}' | sort
}
