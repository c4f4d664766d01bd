# shellcheck shell=bash
# Maven: the one on PATH if recent enough, else the pinned Apache Maven in .tools. Asked for only when there is something to build,
# and by plain `pulumi up`, which builds through it.

provide_maven() {
    local found version home archive
    found=$(command -v mvn || true)
    # Maven 3.8 colours even a pipe: take the version out of the line, whatever is around it.
    if [[ -n $found ]] && version=$("$found" -v 2>/dev/null | grep -oE 'Apache Maven [0-9.]+' | grep -oE '[0-9.]+$') &&
        version_at_least "$version" "$(pinned maven at-least version)"; then
        MVN=$found
        return
    fi
    version=$(pinned maven any version)
    home=$tools/maven-$version
    if [[ ! -x $home/bin/mvn ]]; then
        archive=$(fetch maven any) || unavailable $? maven any \
            "no Maven $(pinned maven at-least version) or newer here, and the pinned one could not be fetched" \
            "PATH: ${found:-no mvn}" "What to do: install Maven (Debian: apt-get install maven)"
        unpack "$archive" "$home"
        rm -f "$archive"
    fi
    link "../maven-$version/bin/mvn" "$tools/bin/mvn"
    MVN=$tools/bin/mvn
}
