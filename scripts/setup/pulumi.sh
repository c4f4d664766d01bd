# shellcheck shell=bash
# The Pulumi CLI and its Java language host: those on PATH if recent enough, else the pinned official release, else built from the
# pinned Go modules. Each way leaves a folder with both programs; .tools/pulumi/current is a link to the one in use.

provide_pulumi() {
    local setup
    if ! has_pulumi; then
        take_lock setup 30 setup
        has_pulumi || pulumi_on_path || pulumi_built_before || pulumi_released || pulumi_built
        exec {setup}>&-
    fi
    link_programs
}

has_pulumi() { [[ -x $tools/pulumi/current/pulumi && -x $tools/pulumi/current/pulumi-language-java ]]; }

# .tools/bin, first on the PATH of every command: `pulumi` is a wrapper that sets what our stacks need (scripts/setup/pulumi).
link_programs() {
    local bin=$tools/bin name target
    while read -r name target; do
        [[ $(readlink "$bin/$name") == "$target" ]] || link "$target" "$bin/$name"
    done <<'END'
pulumi ../../scripts/setup/pulumi
pulumi-language-java ../pulumi/current/pulumi-language-java
pulumi-analyzer-policy-phigate ../../policies/bin/pulumi-analyzer-policy-phigate
pulumi-resource-phigate ../../components/provider/bin/pulumi-resource-phigate
END
    export PATH=$bin:$PATH
}

pulumi_on_path() {
    local path found="" version host
    path=$(path_without "$tools/bin")
    found=$(PATH=$path command -v pulumi) || return 1
    host=$(PATH=$path command -v pulumi-language-java) || return 1
    version=$(PULUMI_SKIP_UPDATE_CHECK=1 "$found" version 2>/dev/null) || return 1
    version_at_least "${version#v}" "$(pinned pulumi at-least version)" || return 1
    mkdir -p "$tools/pulumi/path"
    link "$(readlink -f "$found")" "$tools/pulumi/path/pulumi"
    link "$(readlink -f "$host")" "$tools/pulumi/path/pulumi-language-java"
    link path "$tools/pulumi/current"
    say "using Pulumi $version at $found"
}

path_without() { tr ':' '\n' <<<"$PATH" | grep -vxF "$1" | paste -sd:; }

pulumi_built_before() {
    local folder
    folder=built-$(pinned pulumi built version)
    [[ -x $tools/pulumi/$folder/pulumi && -x $tools/pulumi/$folder/pulumi-language-java ]] || return 1
    link "$folder" "$tools/pulumi/current"
}

pulumi_released() {
    local system folder archive code=0
    system=$(platform)
    folder=released-$(pinned pulumi "$system" version)
    archive=$(fetch pulumi "$system") || code=$?
    ((code <= 1)) || exit "$code"
    if ((code)); then
        say "the Pulumi release could not be fetched ($(fetch_problem)); building it instead"
        return 1
    fi
    mkdir -p "$tools/pulumi"
    unpack "$archive" "$tools/pulumi/$folder"
    rm -f "$archive"
    link "$folder" "$tools/pulumi/current"
}

pulumi_built() {
    local version folder
    version=$(pinned pulumi built version)
    folder=$tools/pulumi/built-$version
    provide_go
    mkdir -p "$folder"
    build_go language-java github.com/pulumi/pulumi-java/pkg/cmd/pulumi-language-java "$folder/pulumi-language-java" \
        "building the Pulumi Java language host from its pinned modules (1 to 2 minutes on 2 cores)"
    build_go pulumi github.com/pulumi/pulumi/pkg/v3/cmd/pulumi "$folder/pulumi" \
        "building the Pulumi CLI $version from its pinned modules (4 to 7 minutes on 2 cores, once)" \
        "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$version"
    link "${folder##*/}" "$tools/pulumi/current"
    # Only the two programs are needed again: the modules and objects are 2 GB.
    rm -rf "$tools/go-cache"
}

# build_go MODULE PACKAGE OUTPUT LABEL [LINKER FLAGS]
# What costs the compiler half of its time and the user nothing is left out: debugging data, which the linker would drop, and optimising the
# cloud SDKs, which wait for the network, and what `up` seldom or never runs. GOGC is the compiler's own.
build_go() {
    local module=$root/scripts/toolchain/$1 log=$tools/log/build-$1.log sdk
    local compiler=(-gcflags=all=-dwarf=false)
    for sdk in github.com/aws github.com/Azure google.golang.org/api google.golang.org/genproto cloud.google.com/go github.com/googleapis \
        github.com/pulumi/pulumi/pkg/v3/codegen github.com/hashicorp github.com/go-git github.com/ProtonMail github.com/charmbracelet \
        github.com/envoyproxy github.com/cncf cel.dev; do
        compiler+=("-gcflags=$sdk/...=-dwarf=false -N -l")
    done
    with_progress "$4" "$log" env CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-modcacherw GOGC=400 \
        GOPATH="$tools/go-cache" XDG_CONFIG_HOME="$tools/go-cache/config" \
        GOMODCACHE="${GOMODCACHE:-$tools/go-cache/mod}" GOCACHE="${GOCACHE:-$tools/go-cache/build}" \
        "$GO" -C "$module" build -p 2 -mod=readonly -trimpath "${compiler[@]}" -ldflags="-s -w ${5:-}" -o "$3.new" "$2" || {
        tail -n 15 "$log" >&2
        could_not_run "the pinned modules of $1 did not build" "whole log: $log" \
            "What to do: let this machine reach a Go module proxy (GOPROXY, now ${GOPROXY:-https://proxy.golang.org}), or install the" \
            "Pulumi CLI $(pinned pulumi at-least version) or newer with its Java language host, and have it on PATH"
    }
    mv "$3.new" "$3"
}
