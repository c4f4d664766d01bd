# shellcheck shell=bash
# Go, only when the Pulumi CLI must be built: the one on PATH if recent enough, else the pinned toolchain from the Go module proxy.

provide_go() {
    local found version system home archive
    found=$(command -v go || true)
    if [[ -n $found ]] && version=$(GOTOOLCHAIN=local "$found" env GOVERSION 2>/dev/null) &&
        version_at_least "${version#go}" "$(pinned go at-least version)"; then
        GO=$found
        return
    fi
    system=$(platform)
    home=$tools/go-$(pinned go "$system" version)
    if [[ ! -x $home/bin/go ]]; then
        archive=$(fetch go "$system") || unavailable $? go "$system" \
            "the Pulumi CLI must be built here, and Go $(pinned go at-least version) or newer could not be fetched" \
            "PATH: ${found:-no go}" "What to do: install Go or the Pulumi CLI $(pinned pulumi at-least version) or newer, and have it on PATH"
        unpack "$archive" "$home"
        rm -f "$archive"
        # A module zip carries no permissions.
        chmod +x "$home"/bin/* "$home"/pkg/tool/*/*
    fi
    GO=$home/bin/go
}
