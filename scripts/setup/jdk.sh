# shellcheck shell=bash
# A JDK (not only a Java run time) of version 25 or newer: JAVA_HOME, PATH, the system's folders, .tools, then the pinned Temurin.

# jdk_version HOME: the version that the JDK's release file states; fails when HOME is no JDK.
jdk_version() {
    [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 1
    sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release"
}

jdk_is_enough() {
    local version
    version=$(jdk_version "$1") && version_at_least "$version" "$(pinned jdk at-least version)"
}

# Sets JAVA_HOME and puts the JDK first on PATH; .tools/jdk is a link to it for everything that starts later.
provide_jdk() {
    local home=""
    if [[ -n ${JAVA_HOME:-} ]] && jdk_is_enough "$JAVA_HOME"; then
        home=$JAVA_HOME
    elif jdk_is_enough "$tools/jdk"; then
        home=$(readlink -f "$tools/jdk")
    else
        home=$(jdk_of_this_machine) || home=$(fetched_jdk)
    fi
    if [[ $(readlink -f "$tools/jdk") != $(readlink -f "$home") ]]; then
        link "$(readlink -f "$home")" "$tools/jdk"
    fi
    export JAVA_HOME=$home PATH=$home/bin:$PATH
}

jdk_of_this_machine() {
    local candidate java
    if java=$(command -v java); then
        candidate=$(dirname "$(dirname "$(readlink -f "$java")")")
        # A version manager's shim is no link: ask it.
        [[ -r $candidate/release ]] || candidate=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
        if jdk_is_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    fi
    for candidate in "${PHIGATE_JVM_FOLDER:-/usr/lib/jvm}"/*; do
        if jdk_is_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

fetched_jdk() {
    local system version home archive setup
    system=$(platform)
    version=$(pinned jdk "$system" version)
    home=$tools/jdk-$version
    take_lock setup 30 setup # until the subshell of our caller ends
    if ! jdk_is_enough "$home"; then
        archive=$(fetch jdk "$system") || unavailable $? jdk "$system" "no JDK 25 or newer here, and the pinned one could not be fetched" \
            "JAVA_HOME: $(describe_jdk "${JAVA_HOME:-}")" \
            "PATH: $(command -v java || echo 'no java')" \
            "What to do: install a JDK 25 or newer (a run time alone does not do) and set JAVA_HOME to it"
        unpack "$archive" "$home"
        rm -f "$archive"
    fi
    echo "$home"
}

describe_jdk() {
    if [[ -z $1 ]]; then
        echo unset
    else
        echo "$1 ($(jdk_version "$1" || echo 'no JDK: bin/java, bin/javac or release is missing'))"
    fi
}

# link TARGET NAME: replaces NAME in one step, so that somebody who starts it at this moment finds the old or the new.
link() {
    mkdir -p "$(dirname "$2")"
    ln -sfn "$1" "$2.$$"
    mv -T "$2.$$" "$2"
}
