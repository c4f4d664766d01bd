"""What is measured. Each measure gives rows: one figure for every peer, and where one is required, the bar it must reach."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import peers
from load import BROWSER_SUITES, Clients, Load
from machine import Cpus
from peers import Ground, Running
from processes import Stopped
from rounds import Rounds, Samples, median

REFERENCE = "haproxy"


@dataclass(frozen=True)
class Bar:
    """What phigate must reach: at most this ratio to HAProxy, or at most this figure."""

    limit: float
    ratio: bool

    def __str__(self) -> str:
        return f"<= {self.limit:g}x HAProxy" if self.ratio else f"<= {self.limit:g}"


@dataclass
class Row:
    """One line of the table."""

    name: str
    title: str
    unit: str
    values: dict[str, list[float]]
    bar: Bar | None = None
    failures: dict[str, str] = field(default_factory=dict)
    note: str = ""

    def figure(self, peer: str) -> float | None:
        return median(self.values.get(peer, []))

    def ratio(self, peer: str, to: str) -> float | None:
        mine, theirs = self.figure(peer), self.figure(to)
        return mine / theirs if mine is not None and theirs else None

    def verdict(self) -> str:
        """PASS or MISS; nothing where no bar is set or nothing could be compared."""
        if self.bar is None or "phigate" not in self.values | self.failures:
            return ""
        if "phigate" in self.failures:
            return "MISS"
        reached = self.ratio("phigate", REFERENCE) if self.bar.ratio else self.figure("phigate")
        if reached is None:
            return ""
        return "PASS" if reached <= self.bar.limit else "MISS"


@dataclass
class Bench:
    """A run: the peers, the clients, and how long things may take."""

    names: list[str]
    ground: Ground
    clients: Clients
    cpus: Cpus
    rounds: Rounds
    quick: bool
    say: Callable[[str], None]
    others: list[float] = field(default_factory=list)
    reference_rate: float | None = None
    _running: dict[str, Running] = field(default_factory=dict)
    _warm_peers: set[str] = field(default_factory=set)

    def pick(self, quick, full):
        return quick if self.quick else full

    def peer(self, name: str) -> Running:
        """The peer with one worker that lasts the whole run, warm: warmed when first asked for, and again after a crash."""
        running = self.lasting(name)
        if name not in self._warm_peers:
            self._warm(running)
            self._warm_peers.add(name)
        return running

    def lasting(self, name: str) -> Running:
        """The same peer as it is, perhaps cold."""
        running = self._running.get(name)
        if running is None or not running.process.alive():
            self._warm_peers.discard(name)
            running = self._running[name] = self.fresh(name, 1, self.cpus.balancer)
        return running

    def fresh(self, name: str, workers: int, cpus: set[int]) -> Running:
        """A peer of its own that answers. The caller stops it."""
        running = peers.start(name, self.ground, workers, cpus)
        first_answer(running, self.ground, time.monotonic() + 20)
        return running

    def stop_lasting(self) -> None:
        for running in self._running.values():
            running.process.stop()
        self._running.clear()

    def take(self, what: str, count: int, sample: Callable[[str], dict[str, float]],
             sound: Callable[[dict[str, float]], bool] = Samples.sound) -> Samples:
        samples = self.rounds.take(what, count, self.names, sample, sound)
        self.others += samples.others()
        return samples

    def _warm(self, running: Running) -> None:
        """Fills the upstream pools; for the JVM until the CPU per request no longer falls, so that its code has been compiled."""
        if running.peer != "phigate":
            self.clients.keep_alive(running, 1)
            self.clients.http2(running, 1)
            return
        for load in (self.clients.keep_alive, self.clients.connect, self.clients.http2, self._large, self.clients.keep_alive):
            before = float("inf")
            for slice_of in range(1, self.pick(5, 9)):
                try:
                    now = load(running, self.pick(1, 2)).micros_each
                    self.say(f"warming up phigate: {load.__name__.strip('_')}, slice {slice_of}: {now:.0f} us")
                except Stopped as error:
                    self.say(f"warming up phigate: {error}")
                    break
                if slice_of > 2 and now > before * 0.95:
                    break
                before = min(before, now)

    def _large(self, running: Running, seconds: float) -> Load:
        return self.clients.keep_alive(running, seconds, 16, "/large")


def first_answer(running: Running, ground: Ground, deadline: float, request: bool = True) -> None:
    """Waits until a handshake succeeds, and a request with it. The certificate is verified."""
    context = ssl.create_default_context(cafile=str(ground.authority.certificate))
    while True:
        running.process.must_run()
        try:
            with (socket.create_connection(("127.0.0.1", running.port), 5) as plain,
                  context.wrap_socket(plain, server_hostname=peers.NAME) as connection):
                if not request:
                    return
                connection.sendall(f"GET /small HTTP/1.1\r\nHost: {peers.NAME}\r\nConnection: close\r\n\r\n".encode())
                answer = connection.recv(4096)
                if answer.startswith(b"HTTP/1.1 200"):
                    return
                problem = repr(answer[:80])
        except OSError as error:
            problem = str(error)
        if time.monotonic() > deadline:
            raise Stopped(f"{running.peer} does not answer with 200 in time: {problem}\n{running.process.tail()}")
        time.sleep(0.002)


def keepalive(bench: Bench) -> list[Row]:
    """HTTP/1.1, 1 KiB, 64 connections that stay."""
    seconds = bench.pick(2, 5)
    samples = bench.take("keepalive", bench.pick(2, 5), lambda name: figures(bench.clients.keep_alive(bench.peer(name), seconds)))
    rates = samples.values(REFERENCE, "rate") or [min(samples.values(name, "rate"), default=0) for name in bench.names]
    bench.reference_rate = median([rate for rate in rates if rate])
    return [row(samples, "keepalive.cpu", "CPU per kept-alive request (1 KiB, 64 connections)", "us", "cpu", Bar(0.9, True)),
            row(samples, "keepalive.rate", "kept-alive requests per second (more is better)", "1/s", "rate")]


def connect(bench: Bench) -> list[Row]:
    """A new TLS 1.3 connection with a full handshake for each request."""
    return _connect(bench, "connect", "CPU per new TLS 1.3 connection with one request", False, Bar(0.9, True))


def resume(bench: Bench) -> list[Row]:
    """A new TLS 1.3 connection for each request, resuming a session by its ticket."""
    return _connect(bench, "resume", "CPU per resumed TLS 1.3 connection with one request", True, None)


def _connect(bench: Bench, name: str, title: str, resumed: bool, bar: Bar | None) -> list[Row]:
    seconds = bench.pick(1 if resumed else 2, 4)
    samples = bench.take(name, bench.pick(2, 5),
                         lambda peer: figures(bench.clients.connect(bench.peer(peer), seconds, resumed)))
    return [row(samples, f"{name}.cpu", title, "us", "cpu", bar)]


def http2(bench: Bench) -> list[Row]:
    """HTTP/2, 1 KiB, 16 connections of 8 streams; from a client that prefers AES-256, and from one that names AES-128 first."""
    seconds = bench.pick(1, 4)

    def sample(name: str) -> dict[str, float]:
        plain = bench.clients.http2(bench.peer(name), seconds)
        browser = bench.clients.http2(bench.peer(name), bench.pick(0.5, 2), BROWSER_SUITES)
        return figures(plain) | {"browser": browser.micros_each}

    samples = bench.take("http2", bench.pick(2, 5), sample)
    return [row(samples, "http2.cpu", "CPU per HTTP/2 request (1 KiB, 16 connections, 8 streams)", "us", "cpu"),
            row(samples, "http2.browser", "the same, from a client that names AES-128 first, as browsers do", "us", "browser"),
            row(samples, "http2.rate", "HTTP/2 requests per second (more is better)", "1/s", "rate")]


def large(bench: Bench) -> list[Row]:
    """Bodies of 1 MiB over 16 connections."""
    seconds = bench.pick(1, 4)
    samples = bench.take("large", bench.pick(2, 5),
                         lambda name: figures(bench.clients.keep_alive(bench.peer(name), seconds, 16, "/large")))
    return [row(samples, "large.cpu", "CPU per MiB (1 MiB bodies, 16 connections)", "us", "cpu", Bar(1.0, True)),
            row(samples, "large.rate", "MiB per second (more is better)", "MiB/s", "rate")]


MOST_LAG = 2000
"""Microseconds that a client with a constant rate may be late; see kept_rate."""

SOUND_LAG = 600
"""Microseconds by which one request in a hundred may leave late in a sample of latencies that counts: a stall of the client is no peer's."""


def latency(bench: Bench) -> list[Row]:
    """Latency from the time a request was due, at one constant rate for all: half of what HAProxy carries, or what the client can."""
    name = REFERENCE if REFERENCE in bench.names else bench.names[0]
    if bench.reference_rate is None:
        bench.reference_rate = bench.clients.keep_alive(bench.peer(name), 2).rate
    rate = kept_rate(bench, name, max(500, round(bench.reference_rate / 2, -2)))
    seconds = bench.pick(3, 4)
    samples = bench.take("latency", bench.pick(1, 8), lambda name: bench.clients.constant_rate(bench.peer(name), rate, seconds),
                         lambda sample: sample["lag99"] <= SOUND_LAG)
    lag = max((median(samples.values(name, "lag99")) or 0 for name in bench.names), default=0)
    share = rate / bench.reference_rate
    aside = sum(len(taken) - len(samples.quiet(peer)) for peer, taken in samples.taken.items())
    note = (f"{rate:.0f} requests/s, {share:.0%} of what {name} carries; the client's own p99 lag is up to {lag:.0f} us; "
            f"{aside} samples were not sound")
    rows = [row(samples, f"latency.{metric}", f"latency {text} at constant rate", "us", metric, bar)
            for metric, text, bar in (("p50", "p50", None), ("p99", "p99", Bar(1.0, True)), ("p999", "p99.9", None))]
    for each in rows:
        each.note = note
    return rows


def kept_rate(bench: Bench, name: str, wanted: float) -> float:
    """The wanted rate, or the highest below it at which clients and backends, which share CPUs, keep up: beyond it everybody's latency is theirs."""
    bench.say(f"latency: warming up the client at {wanted:.0f} requests/s")
    bench.clients.constant_rate(bench.peer(name), wanted / 2, bench.pick(4, 12))
    rate = wanted
    for _ in range(8):
        found = bench.clients.constant_rate(bench.peer(name), rate, bench.pick(2, 4))
        bench.say(f"latency: {rate:.0f} requests/s: the client's own lag {found['lag99']:.0f} us, latency p50 {found['p50']:.0f} us")
        if found["lag99"] < MOST_LAG and found["p50"] < MOST_LAG:
            break
        rate = max(500, round(rate * 0.75, -2))
    return rate


def memory(bench: Bench) -> list[Row]:
    """Resident memory of a fresh peer with so many connections open, 64 of them busy, each other with one request behind it."""
    levels = bench.pick((64, 1000), (64, 1000, 10_000))

    def sample(name: str) -> dict[str, float]:
        running = bench.fresh(name, 1, bench.cpus.balancer)
        holders = []
        try:
            bench.clients.keep_alive(running, bench.pick(1, 5))
            found, open_now = {}, 64
            for level in levels:
                if level > open_now:
                    holders.append(bench.clients.hold(running, level - open_now))
                    open_now = level
                bench.clients.keep_alive(running, bench.pick(1, 2))
                found[str(level)] = running.process.rss_bytes() / 1e6
            found["idle"] = (found[str(levels[-1])] - found["64"]) * 1e6 / 1024 / (levels[-1] - 64)
            return found
        finally:
            for process in [*holders, running.process]:
                process.stop()

    samples = bench.take("memory", bench.pick(1, 2), sample)
    rows = [row(samples, f"memory.rss-{level}", f"resident memory at {level:,} connections", "MB", str(level),
                Bar(160, False) if level == 1000 else None) for level in levels]
    rows.append(row(samples, "memory.idle", "resident memory per idle TLS connection", "KiB", "idle"))
    rows[-1].note = f"between 64 and {levels[-1]:,} connections"
    return rows


def workers(bench: Bench) -> list[Row]:
    """Two workers against one. With two CPUs the two share them with clients and backends."""
    seconds = bench.pick(1, 4)
    two: dict[str, Running] = {}

    def sample(name: str) -> dict[str, float]:
        if name not in two:
            two[name] = bench.fresh(name, 2, bench.cpus.two())
            bench.clients.keep_alive(two[name], 1 if name != "phigate" else bench.pick(3, 10))
        single, double = (bench.clients.keep_alive(running, seconds) for running in (bench.peer(name), two[name]))
        return {"cpu": double.micros_each, "rate": double.rate, "gain": double.rate / single.rate,
                "cost": double.micros_each / single.micros_each}

    try:
        samples = bench.take("workers", bench.pick(1, 3), sample)
    finally:
        for running in two.values():
            running.process.stop()
    return [row(samples, "workers.cpu", "CPU per kept-alive request, 2 workers", "us", "cpu"),
            row(samples, "workers.rate", "requests per second, 2 workers (more is better)", "1/s", "rate"),
            row(samples, "workers.gain", "requests per second, 2 workers over 1 (more is better)", "x", "gain"),
            row(samples, "workers.cost", "CPU per request, 2 workers over 1", "x", "cost")]


def audit(bench: Bench) -> list[Row]:
    """What the audit log costs: our balancer with it, and with one that keeps nothing, in turns."""
    if "phigate" not in bench.names:
        return []
    seconds = bench.pick(2, 5)
    logs = {"with": peers.with_log(), "without": peers.without_log(bench.ground.folder)}
    running: dict[str, Running] = {}

    def sample(_: str) -> dict[str, float]:
        for name, program in logs.items():
            if name not in running:
                running[name] = peers.start("phigate", bench.ground, 1, bench.cpus.balancer, program=program)
                first_answer(running[name], bench.ground, time.monotonic() + 20)
        if not warm:
            warm.append(True)
            for name, each in running.items():
                warm_up(bench, f"phigate {name} its log", each)
        # There and back, so that a machine that gets slower or faster meanwhile is on neither side.
        cpu = {name: 0.0 for name in logs}
        for name in ("with", "without", "without", "with"):
            cpu[name] += settled(bench, running[name], seconds) / 2
        return cpu | {"ratio": cpu["with"] / cpu["without"]}

    warm: list[bool] = []
    try:
        samples = bench.rounds.take("audit", bench.pick(2, 5), ["phigate"], sample)
        bench.others += samples.others()
    finally:
        for each in running.values():
            each.process.stop()
    return [row(samples, "audit.ratio", "CPU per kept-alive request, with the audit log over without", "x", "ratio", Bar(1.05, False)),
            row(samples, "audit.with", "CPU per kept-alive request, with the audit log", "us", "with"),
            row(samples, "audit.without", "the same with a log that keeps nothing", "us", "without")]


def warm_up(bench: Bench, name: str, running: Running) -> None:
    """Until the CPU per request no longer falls: then the code that is measured has been compiled."""
    best, slices_without_gain = float("inf"), 0
    for slice_of in range(1, bench.pick(12, 20)):
        now = settled(bench, running, bench.pick(2, 3))
        bench.say(f"warming up {name}: slice {slice_of}: {now:.0f} us")
        slices_without_gain = 0 if now < best * 0.95 else slices_without_gain + 1
        best = min(best, now)
        if slices_without_gain == 2:
            return


def settled(bench: Bench, running: Running, seconds: float) -> float:
    """CPU per kept-alive request in microseconds, with what the load leaves to be done behind it: hashing and sealing."""
    before = running.process.cpu_seconds()
    completed = bench.clients.keep_alive(running, seconds).completed
    spent = running.process.cpu_seconds()
    for _ in range(100):
        time.sleep(0.2)
        now = running.process.cpu_seconds()
        if now - spent < 0.02:
            break
        spent = now
    return (spent - before) / completed * 1e6


def start(bench: Bench) -> list[Row]:
    """From the start of the process to the end of the first handshake, all CPUs allowed."""

    def sample(name: str) -> dict[str, float]:
        began = time.monotonic()
        running = peers.start(name, bench.ground, 1, bench.cpus.all)
        try:
            first_answer(running, bench.ground, began + 20, request=False)
            return {"handshake": (time.monotonic() - began) * 1000}
        finally:
            running.process.stop()

    samples = bench.take("start", bench.pick(3, 7), sample)
    return [row(samples, "start.handshake", "start to first handshake", "ms", "handshake", Bar(1000, False))]


MEASURES: dict[str, Callable[[Bench], list[Row]]] = {
    "keepalive": keepalive, "connect": connect, "resume": resume, "http2": http2, "large": large, "latency": latency,
    "memory": memory, "workers": workers, "start": start, "audit": audit,
}


def figures(load: Load) -> dict[str, float]:
    return {"cpu": load.micros_each, "rate": load.rate}


def row(samples: Samples, name: str, title: str, unit: str, metric: str, bar: Bar | None = None) -> Row:
    values = {peer: samples.values(peer, metric) for peer in samples.taken if peer not in samples.failures}
    return Row(name, title, unit, values, bar, dict(samples.failures))
