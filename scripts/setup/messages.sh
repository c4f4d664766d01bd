# shellcheck shell=bash
# What setup says: plain lines on standard error, so that the standard output of a command stays its answer.

say() { printf 'phigate: %s\n' "$*" >&2; }

# Both end the launcher. MESSAGE [LINE...]: one message; the lines below it say what was tried and what to do.
bad_usage() { stop 2 "$@"; }
could_not_run() { stop 3 "$@"; }

stop() {
    local code=$1 line
    say "$2"
    shift 2
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit "$code"
}

# with_progress LABEL LOG COMMAND...: runs the command with its output in LOG, and shows that it is alive: a counter on a terminal,
# else a line every 30 s. Returns the command's exit code; the caller says what a failure means.
with_progress() {
    local label=$1 log=$2 started=$SECONDS pid code=0 shown=0 elapsed
    shift 2
    mkdir -p "$(dirname "$log")"
    say "$label"
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    # Ctrl-C reaches the child by the terminal; a signal sent to this process alone does not.
    # shellcheck disable=SC2064 # the pid of this child, now
    trap "kill $pid 2>/dev/null; exit 130" INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        elapsed=$((SECONDS - started))
        if [[ -t 2 ]]; then
            printf '\r  %ss ' "$elapsed" >&2
        elif ((elapsed >= shown + 30)); then
            shown=$elapsed
            say "  still at it after ${elapsed} s"
        fi
    done
    wait "$pid" || code=$?
    trap - INT TERM
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
    ((SECONDS - started < 5)) || ((code)) || say "  done in $((SECONDS - started)) s"
    return "$code"
}

# take_lock NAME MINUTES DESCRIPTOR: one phigate at a time; who comes second says so and waits. DESCRIPTOR is a variable, to close it by.
take_lock() {
    local lock=$tools/$1.lock
    local -n descriptor=$3
    exec {descriptor}>"$lock"
    flock --nonblock "$descriptor" && return
    say "another phigate builds or runs here; waiting for it"
    flock --wait $(($2 * 60)) "$descriptor" ||
        could_not_run "waited $2 min for another phigate" "What to do: see who holds $lock: fuser -v $lock"
}

# version_at_least FOUND WANTED: compares by the numbers between the dots.
version_at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }
