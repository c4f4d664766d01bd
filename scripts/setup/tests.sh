# shellcheck shell=bash
# `phigate test [--fast]`: every test of every module with the gates, as CI runs them.

# The real peers that tests talk to, by Debian package and a program that shows it is there.
readonly TEST_PEERS="curl:curl openssl:openssl e2fsprogs:chattr util-linux:flock iproute2:ss nghttp2-client:nghttp nginx:nginx haproxy:haproxy prometheus:promtool
shellcheck:shellcheck"

run_tests() {
    local excluded="" log=$tools/log/test.log code=0 started=$SECONDS
    case ${1:-} in
        "") ;;
        --fast) excluded='e2e | engine | slow' ;;
        *) bad_usage "test: unknown option $1" "usage: scripts/phigate test [--fast]" ;;
    esac
    provide_maven
    provide_peers
    # Where one cannot be had, it says why, and its tests are skipped below.
    [[ -n $excluded ]] || "$root/scripts/emulators" || true
    mkdir -p "$tools/log"
    touch "$tools/log/test.started"
    # The jars were built a moment ago: the command lines that tests start must not build again under the running Maven.
    PHIGATE_BUILD=skip "$MVN" --file "$root/pom.xml" --fail-at-end -Dtest.excludedGroups="$excluded" verify 2>&1 |
        tee "$log" | grep --line-buffered -E 'Tests run:|^\[ERROR\]|Building phigate|BUILD |SUCCESS|FAILURE|SKIPPED|Total time' || code=$?
    ((code)) || built_state >"$app/stamp"
    say_failed
    say_skipped "$excluded"
    say "tests $( ((code)) && echo failed || echo passed ) after $((SECONDS - started)) s; whole log: $log"
    exit $((code ? 1 : 0))
}

provide_peers() {
    local pair missing=()
    for pair in $TEST_PEERS; do
        command -v "${pair#*:}" >/dev/null || [[ -x /usr/sbin/${pair#*:} ]] || missing+=("${pair%%:*}")
    done
    ((${#missing[@]})) || return 0
    install_debian "${missing[@]}" ||
        could_not_run "tests need ${missing[*]}, and they could not be installed" "log: $tools/log/peers.log" \
            "What to do: as root, apt-get install ${missing[*]}"
}

# Surefire's own summaries are scattered over the modules: here are all of them at the end, with their reports.
say_failed() {
    local report
    reports_of_this_run | while read -r report; do
        awk -F'"' '/<testcase /{name = $4 "." $2} /<(failure|error)[ >]/{print name}' "$report" | sort -u | while read -r test; do
            say "failed: $test (${report#"$root"/})"
        done
    done || true
}

reports_of_this_run() {
    find "$root" -path '*/target/*-reports/TEST-*.xml' -newer "$tools/log/test.started" 2>/dev/null || true
}

# A skipped test is a promise not looked at: each is named with its reason.
say_skipped() {
    [[ -z $1 ]] || say "fast lane: tests tagged $1 were left out"
    local reports
    reports=$(reports_of_this_run)
    [[ -n $reports ]] || return 0
    # A class that is skipped as a whole has its reason in another place than a single test.
    xargs grep -hoE '<skipped (message="[^"]*"|type="[^"]*"><!\[CDATA\[.*)' <<<"$reports" |
        sed -E 's/^<skipped (message="|type="[^"]*"><!\[CDATA\[[^ ]*: )(Assumption failed: )?//; s/"$//' | sort | uniq -c | while read -r count reason; do
        say "skipped: $count x $reason"
    done || true
}
