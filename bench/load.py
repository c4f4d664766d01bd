"""The clients: wrk, h2load, our own for new connections and for a constant rate. All stay on the CPUs of the load."""

import json
import re
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import machine
import processes
from backends import SUITE
from machine import Cpus
from peers import Running
from processes import Process, Stopped

BROWSER_SUITES = f"TLS_AES_128_GCM_SHA256:{SUITE}:TLS_CHACHA20_POLY1305_SHA256"
"""The order in which browsers (and h2load by itself) name the suites. All peers answer it with TLS_AES_256_GCM_SHA384."""

HERE = Path(__file__).resolve().parent
SLACK = 20
"""Seconds that a load may take longer than asked before it counts as hung."""

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}


@dataclass(frozen=True)
class Load:
    """What a client completed and what the balancer's processes spent on it."""

    completed: int
    seconds: float
    cpu: float

    @property
    def micros_each(self) -> float:
        return self.cpu / self.completed * 1e6

    @property
    def rate(self) -> float:
        return self.completed / self.seconds


class Clients:
    """Makes load; every method returns when the load has ended, or fails when anything but 200 came back."""

    def __init__(self, folder: Path, trust: Path, cpus: Cpus):
        self.folder, self.trust, self.cpus = folder, trust, cpus
        self.open_loop: Process | None = None
        self.http2_rates: dict[str, float] = {}

    def keep_alive(self, peer: Running, seconds: float, connections: int = 64, path: str = "/small") -> Load:
        """HTTP/1.1 as fast as it goes on connections that stay."""
        before = peer.process.cpu_seconds()
        output = self._run("wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", peer.url(path),
                           seconds=seconds)
        cpu = peer.process.cpu_seconds() - before
        done = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m),", output)
        if not done or "Non-2xx" in output or "Socket errors" in output:
            raise Stopped(f"wrk against {peer.peer}{path}:\n{output}")
        return Load(int(done[1]), float(done[2]) * UNITS[done[3]], cpu)

    def http2(self, peer: Running, seconds: float, suites: str = SUITE, connections: int = 16, streams: int = 8) -> Load:
        """HTTP/2 as fast as it goes: a number of requests, because h2load's limit by time hangs after a slow handshake."""
        count = max(2000, int(self.http2_rates.get(peer.peer, 0) * seconds))
        before = peer.process.cpu_seconds()
        output = self._run("h2load", "-t1", f"-c{connections}", f"-m{streams}", f"-n{count}", f"--tls13-ciphers={suites}",
                           peer.url("/small"), seconds=seconds)
        cpu = peer.process.cpu_seconds() - before
        done = re.search(r"finished in ([\d.]+)(us|ms|s|m)", output)
        if not done or f" {count} succeeded, 0 failed, 0 errored, 0 timeout" not in output or "protocol: h2" not in output:
            raise Stopped(f"h2load against {peer.peer}:\n{output}")
        load = Load(count, float(done[1]) * UNITS[done[2]], cpu)
        self.http2_rates[peer.peer] = load.rate
        return load

    def connect(self, peer: Running, seconds: float, resumed: bool = False) -> Load:
        """One connection, handshake, request and close after the other, eight at a time."""
        before = peer.process.cpu_seconds()
        output = self._run(sys.executable, str(HERE / "connections.py"), "resumed" if resumed else "full", str(peer.port),
                           str(self.trust), str(seconds), seconds=seconds)
        cpu = peer.process.cpu_seconds() - before
        answer = json.loads(output)
        if answer["errors"] or not answer["completed"]:
            raise Stopped(f"connections to {peer.peer}: {answer}")
        return Load(answer["completed"], seconds, cpu)

    def hold(self, peer: Running, count: int) -> Process:
        """Opens idle connections, each with one request behind it. They stay until the returned process is stopped."""
        name = f"hold-{count}-{peer.port}"
        holder = Process(name, [sys.executable, str(HERE / "connections.py"), "hold", str(peer.port), str(self.trust),
                                str(count)], self.folder, self.cpus.load,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        answer = json.loads(holder.popen.stdout.readline() or '{"completed": 0}')
        if answer["completed"] != count:
            holder.stop()
            raise Stopped(f"{peer.peer} kept {answer['completed']} of {count} connections: {answer} {holder.tail()}")
        return holder

    def constant_rate(self, peer: Running, rate: float, seconds: float, connections: int = 64) -> dict[str, float]:
        """Requests by the clock; see OpenLoop.java, one process for all runs."""
        client = self.open_loop or self._open_loop()
        client.popen.stdin.write(f"{peer.port} {rate:.0f} {connections} 1 {seconds}\n")
        client.popen.stdin.flush()
        ready, _, _ = select.select([client.popen.stdout], [], [], 1 + seconds + SLACK)
        line = client.popen.stdout.readline() if ready else ""
        if not line:
            client.stop()
            self.open_loop = None
            raise Stopped(f"constant rate against {peer.peer}: no result within {1 + seconds + SLACK} s\n{client.tail()}")
        answer = json.loads(line)
        if answer["errors"]:
            raise Stopped(f"constant rate against {peer.peer}: {answer}")
        del answer["error"]
        return answer

    def _open_loop(self) -> Process:
        classes = self.folder / "open-loop"
        java = machine.java()
        self._run(str(java.parent / "javac"), "-d", str(classes), str(HERE / "OpenLoop.java"), seconds=30)
        self.open_loop = Process(
            "open-loop", [str(java), "-XX:+UseSerialGC", "-Xms3g", "-Xmx3g", "-Xmn2700m", "-cp", str(classes), "OpenLoop", str(self.trust)],
            self.folder, self.cpus.load, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self.open_loop

    def _run(self, *command: str, seconds: float) -> str:
        return processes.run(list(command), self.cpus.load, seconds + SLACK, self.folder)
