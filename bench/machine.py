"""The machine: which tools are there, how its CPUs are shared out, and a certificate authority for the run."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PACKAGES = {"haproxy": "haproxy", "nginx": "nginx", "wrk": "wrk", "h2load": "nghttp2-client", "openssl": "openssl"}
"""Command -> Debian package."""

SERVICES = ("haproxy", "nginx")
"""What Debian starts as soon as it is installed."""

OLDEST_JAVA = 25


class Missing(RuntimeError):
    """Something that the bench needs is not on this machine."""


def ensure(commands: set[str], say) -> None:
    """Installs the packages of absent commands, and stops the services which that starts."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    packages = [PACKAGES[command] for command in sorted(commands) if not shutil.which(command)]
    if not packages:
        return
    by_hand = f"apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"not installed: {', '.join(packages)} (next: sudo {by_hand})")
    say(f"{by_hand} ...")
    before = {name: _pids(name) for name in SERVICES}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(install, env=quiet, capture_output=True, text=True)
    if done.returncode:  # the package lists may be missing or old
        subprocess.run(["apt-get", "update", "-q"], env=quiet, capture_output=True)
        done = subprocess.run(install, env=quiet, capture_output=True, text=True)
    _stop_started(before)
    absent = [command for command in sorted(commands) if not shutil.which(command)]
    if absent:
        raise Missing(f"{by_hand} did not provide {', '.join(absent)}:\n{(done.stdout + done.stderr)[-800:]}")


def _stop_started(before: dict[str, set[int]]) -> None:
    for name, old in before.items():
        if not _pids(name) - old:
            continue
        if not old and Path("/run/systemd/system").exists():
            subprocess.run(["systemctl", "stop", name], capture_output=True)
        for pid in _pids(name) - old:
            os.kill(pid, signal.SIGTERM)


def _pids(name: str) -> set[int]:
    found = set()
    for comm in Path("/proc").glob("[0-9]*/comm"):
        try:
            if comm.read_text().strip() == name:
                found.add(int(comm.parent.name))
        except OSError:
            pass
    return found


def java() -> Path:
    """The java command of a JDK that is new enough: setup's, then JAVA_HOME, PATH, the usual folders."""
    homes = [ROOT / ".tools/jdk", Path(os.environ.get("JAVA_HOME", "/nonexistent"))]
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parent.parent)
    homes += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    for home in homes:
        release = home / "release"
        if not ((home / "bin/javac").exists() and release.exists()):
            continue
        for line in release.read_text().splitlines():
            if line.startswith("JAVA_VERSION=") and int(line.split('"')[1].split(".")[0]) >= OLDEST_JAVA:
                return home / "bin/java"
    raise Missing(f"no JDK {OLDEST_JAVA} or newer (next: scripts/phigate setup, or set JAVA_HOME)")


class Cpus:
    """One CPU for the balancer that is measured, the others for clients and backends."""

    def __init__(self):
        usable = sorted(os.sched_getaffinity(0))
        if len(usable) < 2:
            raise Missing("one usable CPU; the bench needs two: one for the balancer, one for clients and backends")
        self.all = set(usable)
        self.balancer = {usable[0]}
        self.load = set(usable[1:])

    def two(self) -> set[int]:
        """For two workers: two CPUs to themselves where the machine has three, otherwise shared with the load."""
        return set(sorted(self.all)[:2])


class Authority:
    """A certificate authority of one run: ECDSA P-256, in the run's folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.certificate = folder / "ca.crt"
        self._key("ca")
        self._openssl("req", "-x509", "-new", "-key", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=bench",
                      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, name: str, use: str = "serverAuth") -> tuple[Path, Path]:
        """A certificate with its key: for a DNS name and 127.0.0.1, or for a client (clientAuth)."""
        self._key(name)
        self._openssl("req", "-new", "-key", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{name},IP:127.0.0.1\nextendedKeyUsage={use}\n"
                              "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                      "-out", f"{name}.crt", "-days", "2", "-extfile", extensions.name)
        return self.folder / f"{name}.crt", self.folder / f"{name}.key"

    def _key(self, name: str) -> None:
        self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")
        (self.folder / f"{name}.key").chmod(0o600)

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"openssl {' '.join(arguments)} failed:\n{done.stderr[-600:]}")
