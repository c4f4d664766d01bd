# shellcheck shell=bash
# Builds the jars when the sources are not the ones they were built from, then the AOT caches of what starts often.

# Artifact and module of what starts often. The module's jvm.options are those of every start, and so those of the training.
readonly TRAINED="phigate-cli:scripts phigate-policies:policies phigate-provider:components/provider phigate-balancer:balancer-ami phigate-stacks:stacks"

# The state that the jars and AOT caches belong to: every source, pom and option by content, every jar by time and size (somebody may have run Maven).
built_state() {
    (
        cd "$root" || exit
        find . \( -name target -o -name '.tools' -o -name '.phigate' -o -name '.git' \) -prune -o \
            -type f \( -name pom.xml -o -name jvm.options -o -path '*/src/main/*' -o -path './.mvn/*' \) -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
        stat --format='%n %s %Y' target/app/*.jar 2>/dev/null || true
    ) | sha256sum
}

# The stamp lies beside the jars, so that `mvn clean` removes both.
is_built() { [[ -f $app/phigate-cli.jar && -f $app/stamp && $(<"$app/stamp") == "$(built_state)" ]]; }

provide_build() {
    local builds
    if [[ ${PHIGATE_BUILD:-} == skip ]] || is_built; then return; fi
    take_lock build 15 builds
    if ! is_built; then
        provide_maven
        build_jars
        built_state >"$app/stamp"
        train_caches
    fi
    exec {builds}>&-
}

build_jars() {
    local log=$tools/log/build.log
    with_progress "building phigate (a first build fetches its libraries)" "$log" \
        "$MVN" --file "$root/pom.xml" --activate-profiles without-gates package && return
    grep -E '^\[(ERROR|WARNING)\]' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    if grep -qE 'Could not transfer|Unknown host|Could not resolve|Network is unreachable' "$log"; then
        could_not_run "Maven could not fetch what the build needs" "whole log: $log" \
            "What to do: let this machine reach Maven Central, or a mirror named in ~/.m2/settings.xml"
    fi
    could_not_run "the build failed" "whole log: $log"
}

# A cache records one start of a program (--train), so that the next starts skip loading and linking. Only a matter of speed:
# what cannot be trained runs without.
train_caches() {
    local pair artifact options
    mkdir -p "$tools/aot"
    rm -f "$tools"/aot/*.aot
    for pair in $TRAINED; do
        artifact=${pair%%:*}
        options=$root/${pair#*:}/jvm.options
        train "$artifact" "$options"
    done
}

# provide_cache ARTIFACT MODULE: the same for what only some commands start, when the first of them is given.
provide_cache() {
    local builds
    if [[ ${PHIGATE_BUILD:-} == skip || -s $tools/aot/$1.aot || ! -w $tools/aot ]]; then return; fi
    take_lock build 15 builds
    [[ -s $tools/aot/$1.aot ]] || train "$1" "$root/$2/jvm.options"
    exec {builds}>&-
}

train() {
    local cache=$tools/aot/$1.aot log=$tools/log/aot-$1.log
    rm -f "$cache"
    if with_progress "training the start of $1" "$log" \
        timeout 120 "$JAVA_HOME/bin/java" "@$2" -XX:AOTCacheOutput="$cache.new" -jar "$app/$1.jar" --train && [[ -s $cache.new ]]; then
        mv "$cache.new" "$cache"
    else
        rm -f "$cache.new"
        say "$1 starts without an AOT cache: training failed: $(tail -n 1 "$log")"
    fi
}
