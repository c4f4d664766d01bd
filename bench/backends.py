"""The two servers behind every balancer: nginx with fixed bodies, TLS 1.3 only."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from machine import Authority, Cpus
from processes import Process

NAME = "workload.local"
SUITE = "TLS_AES_256_GCM_SHA384"
CURVES = "X25519:prime256v1"
"""What every leg of every peer uses; the run proves it with a handshake through each."""

SMALL = 1024
LARGE = 1024 * 1024

NGINX = """
daemon off;
{user}
worker_processes {workers};
pid {folder}/{name}.pid;
error_log stderr warn;
events {{ worker_connections 18000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/{name}-1; proxy_temp_path {folder}/{name}-2; fastcgi_temp_path {folder}/{name}-3;
    uwsgi_temp_path {folder}/{name}-4; scgi_temp_path {folder}/{name}-5;
    keepalive_requests 100000000;
    keepalive_timeout 300s;
    tcp_nodelay on;
    ssl_protocols TLSv1.3;
    ssl_prefer_server_ciphers on;
    ssl_conf_command Ciphersuites {suite};
    ssl_ecdh_curve {curves};
    {servers}
}}
"""

SERVER = """
    server {{
        listen 127.0.0.1:{port} ssl backlog=4096;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        root {folder}/bodies;
        default_type text/plain;
        location = /small {{ return 200 "{small}"; }}
        location = /tls {{ return 200 "$ssl_protocol $ssl_cipher $ssl_curve"; }}
    }}
"""


@dataclass(frozen=True)
class Backends:
    """Where the backends listen and how they are verified."""

    ports: tuple[int, int]
    trust: Path


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx_configuration(folder: Path, name: str, workers: int, servers: str) -> str:
    """The frame that nginx has in common as backend and as peer. Workers of a root-started nginx must read the folder."""
    return NGINX.format(folder=folder, name=name, workers=workers, servers=servers, suite=SUITE, curves=CURVES,
                        user="user root;" if os.geteuid() == 0 else "")


def start(folder: Path, authority: Authority, cpus: Cpus) -> Backends:
    """Starts both backends on the CPUs of the load."""
    bodies = folder / "bodies"
    bodies.mkdir()
    (bodies / "large").write_bytes(b"x" * LARGE)
    certificate, key = authority.issue(NAME)
    ports = []
    for name in ("backend-1", "backend-2"):
        port = free_port()
        server = SERVER.format(port=port, certificate=certificate, key=key, folder=folder, small="x" * SMALL)
        configuration = folder / f"{name}.conf"
        configuration.write_text(nginx_configuration(folder, name, 1, server))
        Process(name, ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(configuration)], folder, cpus.load)
        ports.append(port)
    return Backends((ports[0], ports[1]), authority.certificate)
