"""Proof that the peers do the same work: what a handshake through each negotiates, in front and behind."""

import os
import platform
import re
import socket
import ssl
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import peers
from backends import SUITE
from peers import Ground, Running
from processes import Stopped


class Unequal(RuntimeError):
    """The peers do not do the same work, so comparing them would mean nothing."""


def handshakes(running: list[Running], ground: Ground) -> dict[str, str]:
    """What all peers negotiate alike. Fails when one differs."""
    found = {each.peer: {"front": _front(each, ground), "upstream": _upstream(each, ground)} for each in running}
    alike = {str(facts) for facts in found.values()}
    facts = next(iter(found.values()))
    if len(alike) > 1 or SUITE not in facts["front"] or SUITE not in facts["upstream"]:
        lines = "\n".join(f"  {peer}: front {facts['front']}; upstream {facts['upstream']}" for peer, facts in found.items())
        raise Unequal(f"the peers negotiate differently (expected: {SUITE} and X25519 on every leg):\n{lines}")
    return facts


def _front(running: Running, ground: Ground) -> str:
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{running.port}", "-servername", peers.NAME, "-verify_hostname", peers.NAME,
         "-CAfile", str(ground.authority.certificate), "-verify_return_error"],
        input="", capture_output=True, text=True, timeout=20)
    found = [re.search(pattern, done.stdout) for pattern in
             (r"New, (TLSv[\d.]+), Cipher is (\S+)", r"(?:Server|Peer) Temp Key: ([^,\n]+)", r"Peer signature type: (\S+)",
              r"Server public key is (\d+ bit)")]
    if not all(found) or "Verify return code: 0 (ok)" not in done.stdout:
        raise Stopped(f"openssl s_client against {running.peer}:\n{done.stdout[-600:]}{done.stderr[-300:]}")
    return " ".join(word for match in found for word in match.groups())


def _upstream(running: Running, ground: Ground) -> str:
    """What the backend says of the connection that the balancer made to it."""
    context = ssl.create_default_context(cafile=str(ground.authority.certificate))
    with (socket.create_connection(("127.0.0.1", running.port), 10) as plain,
          context.wrap_socket(plain, server_hostname=peers.NAME) as connection):
        connection.sendall(f"GET /tls HTTP/1.1\r\nHost: {peers.NAME}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while chunk := connection.recv(4096):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise Stopped(f"{running.peer} answered {head[:80]!r} for /tls")
    return body.decode().strip()


def of_run(names: list[str], quick: bool) -> dict:
    """When, where and what."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": f"{len(os.sched_getaffinity(0))} cores ({model[1] if model else platform.machine()}), {memory:.0f} GiB,"
                   f" Linux {platform.release()}, load {os.getloadavg()[0]:.1f}",
        "peers": {name: peers.version(name) for name in names},
    }
