# shellcheck shell=bash
# Fetching pinned archives. Nothing is unpacked before its digest is the one in scripts/toolchain/versions.

platform() {
    case "$(uname -s)-$(uname -m)" in
        Linux-x86_64) echo linux-x64 ;;
        Linux-aarch64 | Linux-arm64) echo linux-arm64 ;;
        *) could_not_run "phigate runs on Linux on x86-64 or arm64, and this is $(uname -s) on $(uname -m)" ;;
    esac
}

# pinned TOOL PLATFORM COLUMN: a cell of the table of versions; columns are version, digest, address.
pinned() {
    local column
    case $3 in version) column=3 ;; digest) column=4 ;; address) column=5 ;; esac
    awk -v tool="$1" -v platform="$2" -v column="$column" \
        '$1 == tool && $2 == platform { print $column; found = 1 } END { exit !found }' "$root/scripts/toolchain/versions"
}

# address_of TOOL PLATFORM: where the archive comes from: a mirror when one is named, the Go module proxy that the user chose, else as pinned.
address_of() {
    local address proxy
    address=$(pinned "$1" "$2" address)
    proxy=${GOPROXY:-}
    proxy=${proxy%%[,|]*}
    if [[ -n ${PHIGATE_MIRROR:-} ]]; then
        address=${PHIGATE_MIRROR%/}/${address##*/}
    elif [[ $1 == go && $proxy == http*://* ]]; then
        address=${proxy%/}/${address#https://*/}
    fi
    echo "$address"
}

# fetch TOOL PLATFORM: prints the path of the verified archive. Returns 1 when the address does not answer, within seconds, so that
# the caller can go on to its next way; ends with a message when what came is not the pinned file.
fetch() {
    local address digest name archive
    address=$(address_of "$1" "$2")
    digest=$(pinned "$1" "$2" digest)
    name=${address##*/}
    archive=$tools/downloads/$name
    mkdir -p "$tools/downloads"
    if [[ ! -f $archive ]]; then
        if ! with_progress "fetching $address" "$tools/downloads/problem" download "$address" "$archive.part"; then
            rm -f "$archive.part"
            return 1
        fi
        mv "$archive.part" "$archive"
    fi
    if ! matches "$archive" "$digest"; then
        rm -f "$archive"
        # Never a reason to try something else in silence: it is a damaged or an exchanged file.
        could_not_run "$name is not the pinned file: its ${digest%%:*} differs from scripts/toolchain/versions" \
            "from: $address" "The file was removed. Run again; when it happens again, tell the owner of that server and do not use it."
    fi
    echo "$archive"
}

# unavailable CODE TOOL PLATFORM MESSAGE [LINE...]: ends after a failed fetch; silent when fetch has said why already.
unavailable() {
    local code=$1 tool=$2 system=$3 message=$4 address
    shift 4
    ((code == 1)) || exit "$code"
    address=$(pinned "$tool" "$system" address)
    could_not_run "$message" "$@" \
        "fetching: $(fetch_problem)" \
        "or: put ${address##*/} into $tools/downloads/ (its digest is checked against scripts/toolchain/versions) and run again"
}

fetch_problem() { tail -n 1 "$tools/downloads/problem"; }

download() {
    if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --connect-timeout 5 --retry 2 --retry-max-time 20 \
            --speed-limit 1024 --speed-time 20 --output "$2" "$1"
    elif command -v wget >/dev/null; then
        wget --quiet --connect-timeout=5 --read-timeout=20 --tries=2 --output-document="$2" "$1"
    else
        echo "neither curl nor wget is installed (Debian: apt-get install curl)" >&2
        return 1
    fi
}

# matches FILE ALGORITHM:DIGEST
matches() { "${2%%:*}sum" "$1" | awk -v want="${2#*:}" '{ exit $1 != want }'; }

# unpack ARCHIVE FOLDER: the archive's single top folder becomes FOLDER, all at once.
unpack() {
    local scratch=$2.unpacking
    rm -rf "$scratch"
    mkdir -p "$scratch"
    case $1 in
        *.zip) (cd "$scratch" && "$JAVA_HOME/bin/jar" --extract --file "$1") ;;
        *) tar -xzf "$1" -C "$scratch" ;;
    esac || {
        rm -rf "$scratch"
        could_not_run "could not unpack $1" "Is there room left? $(df -h --output=avail "$tools" | tail -n 1) free in $tools"
    }
    rm -rf "$2"
    mv "$(top_folder "$scratch")" "$2"
    rm -rf "$scratch"
}

# top_folder FOLDER: descends while there is nothing but one folder (a Go module zip nests three).
top_folder() {
    local entries=("$1"/*)
    while [[ ${#entries[@]} -eq 1 && -d ${entries[0]} ]]; do
        set -- "${entries[0]}"
        entries=("$1"/*)
    done
    echo "$1"
}
