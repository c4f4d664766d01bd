"""The balancers that are compared. Same front, same upstreams, same checks; each with the settings that suit it best.

Every peer: TLS 1.3 with an ECDSA P-256 certificate in front, the backend's certificate chain and name verified behind, upstream
connections kept and shared between clients, HTTP/1.1 and HTTP/2 offered, X-Forwarded-* and HSTS added. HAProxy and nginx write
no access log; phigate writes its audit record for every exchange.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import backends
import machine
from backends import CURVES, SUITE, Backends, free_port
from machine import ROOT, Authority, Missing
from processes import Process

NAME = "balancer.local"
MAIN = "dev.phigate.balancer.Main"

HAPROXY = """
global
    nbthread {workers}
    maxconn 12000
    no strict-limits
    ssl-default-bind-options ssl-min-ver TLSv1.3
    ssl-default-bind-ciphersuites {suite}
    ssl-default-bind-curves {curves}
    ssl-default-server-options ssl-min-ver TLSv1.3
    ssl-default-server-ciphersuites {suite}
defaults
    mode http
    http-reuse always
    timeout connect 2s
    timeout client 300s
    timeout http-keep-alive 300s
    timeout http-request 10s
    timeout server 30s
frontend https
    bind 127.0.0.1:{port} ssl crt {pem} alpn h2,http/1.1 backlog 4096
    option forwardfor
    http-request set-header X-Forwarded-Proto https
    http-response set-header Strict-Transport-Security "max-age=63072000; includeSubDomains"
    default_backend ehr
backend ehr
    balance roundrobin
    default-server ssl verify required ca-file {trust} verifyhost {workload} sni str({workload}) maxconn 256 pool-max-conn 256
    server a 127.0.0.1:{first}
    server b 127.0.0.1:{second}
"""

NGINX = """
    upstream ehr {{
        server 127.0.0.1:{first};
        server 127.0.0.1:{second};
        keepalive 256;
        keepalive_requests 100000000;
    }}
    server {{
        listen 127.0.0.1:{port} ssl http2 backlog=4096;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        ssl_session_cache shared:bench:16m;
        add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
        location / {{
            proxy_pass https://ehr;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto https;
            proxy_ssl_protocols TLSv1.3;
            proxy_ssl_conf_command Ciphersuites {suite};
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate {trust};
            proxy_ssl_name {workload};
            proxy_ssl_server_name on;
            proxy_max_temp_file_size 0;
        }}
    }}
"""

PHIGATE = """
listeners:
  - name: https
    address: 127.0.0.1
    port: {port}
    tls: {{certificate: {certificate}, privateKey: {key}, minimumVersion: TLSv1.3}}
    timeouts: {{handshake: 5s, header: 10s, body: 30s, idle: 300s}}
    limits: {{url: 8KiB, header: 16KiB, body: 100MiB, connections: 20000}}
    hsts: {{maxAge: 730d, includeSubDomains: true}}
upstreams:
  - name: ehr
    hosts: ["https://127.0.0.1:{first}", "https://127.0.0.1:{second}"]
    balancing: round-robin
    tls: {{trust: {trust}, serverName: {workload}}}
    timeouts: {{connect: 2s, firstByte: 30s, total: 60s}}
    health: {{failures: 3, ejectFor: 10s}}
    connections: {{perHost: 256, idle: 30s}}
routes:
  - {{name: all, listener: https, host: "*", pathPrefix: /, upstream: ehr}}
audit: {{directory: {audit}, origin: bench}}
admin: {{address: 127.0.0.1, port: {admin}, tls: {{certificate: {certificate}, privateKey: {key}, clientTrust: {trust}, clients: [admin]}}}}
shutdown: {{drain: 1s}}
"""


@dataclass(frozen=True)
class Ground:
    """What all peers of a run stand on."""

    folder: Path
    authority: Authority
    backends: Backends
    certificate: Path
    key: Path


@dataclass
class Running:
    """A started peer."""

    peer: str
    port: int
    process: Process

    def url(self, path: str) -> str:
        return f"https://127.0.0.1:{self.port}{path}"


def start(peer: str, ground: Ground, workers: int, cpus: set[int], extra: tuple[str, ...] = (),
          program: tuple[str, ...] = ()) -> Running:
    """Starts a peer without waiting for it. `extra` are options for the JVM, `program` is what it runs instead of our jar."""
    port = free_port()
    name = f"{peer}-{port}"
    values = {
        "port": port, "workers": workers, "suite": SUITE, "curves": CURVES, "certificate": ground.certificate,
        "key": ground.key, "trust": ground.backends.trust, "workload": backends.NAME,
        "first": ground.backends.ports[0], "second": ground.backends.ports[1],
    }
    configuration = ground.folder / f"{name}.conf"
    if peer == "haproxy":
        pem = ground.folder / f"{name}.pem"
        pem.touch(0o600)
        pem.write_text(ground.certificate.read_text() + ground.key.read_text())
        configuration.write_text(HAPROXY.format(pem=pem, **values))
        command = ["haproxy", "-db", "-f", str(configuration)]
    elif peer == "nginx":
        server = NGINX.format(**values)
        configuration.write_text(backends.nginx_configuration(ground.folder, name, workers, server))
        command = ["nginx", "-e", "stderr", "-p", str(ground.folder), "-c", str(configuration)]
    else:
        audit = ground.folder / f"{name}-audit"
        configuration.write_text(PHIGATE.format(audit=audit, admin=free_port(), **values))
        command = [*phigate_java(), *extra, *(program or ("-jar", str(phigate_jar()))), "run", str(configuration)]
    return Running(peer, port, Process(name, command, ground.folder, cpus))


def phigate_jar() -> Path:
    jar = ROOT / "target/app/phigate-balancer.jar"
    if not jar.exists():
        raise Missing(f"no {jar} (next: scripts/phigate setup, or mvn -q -am -pl balancer-ami package)")
    return jar


def phigate_java() -> list[str]:
    """The balancer's java command as it is shipped: its JVM options and, when setup made one, its AOT cache."""
    command = [str(machine.java())]
    options = ROOT / "balancer-ami/jvm.options"
    if options.exists():
        command.append(f"@{options}")
    cache = ROOT / ".tools/aot/phigate-balancer.aot"
    if cache.exists():
        command.append(f"-XX:AOTCache={cache}")
    return command


def with_log() -> tuple[str, ...]:
    """Our program by its class path, which no AOT cache fits: to be compared with the one below."""
    return "-cp", str(phigate_jar()), MAIN


def without_log(folder: Path) -> tuple[str, ...]:
    """The same with an audit log before ours that keeps nothing. Only a bench has it: no configuration turns the log off."""
    jars = phigate_jar().parent / "lib"
    java = machine.java()
    classes = folder / "unrecorded"
    source = ROOT / "bench/unrecorded/dev/phigate/audit/AuditLog.java"
    subprocess.run([str(java.parent / "javac"), "-nowarn", "-proc:none", "-cp", f"{jars}/*", "-d", str(classes), str(source)],
                   check=True, capture_output=True)
    return "-cp", f"{classes}:{phigate_jar()}", MAIN


def version(peer: str) -> str:
    """What exactly is measured."""
    if peer == "phigate":
        cache = "with" if any("AOTCache" in word for word in phigate_java()) else "without"
        head = _first_line("git", "-C", str(ROOT), "describe", "--always", "--dirty")
        return f"{head}, {_first_line(phigate_java()[0], '-version')}, {cache} AOT cache"
    return _first_line(shutil.which(peer) or peer, "-v")


def _first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    lines = (done.stdout + done.stderr).splitlines()
    return lines[0].strip() if lines else "unknown"
