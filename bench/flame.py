"""Where phigate's CPU time and allocations go, by the JDK's flight recorder, one recording for each kind of load.

For each load: `LOAD.jfr` (open it in JDK Mission Control), `LOAD.svg` (flame graph of CPU time, native code that Java calls
included), `LOAD.txt` (hot methods, allocation by class and by site, garbage collection).
"""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import machine
import peers
from load import BROWSER_SUITES, Clients
from machine import Cpus
from measures import first_answer
from peers import Ground
from processes import Stopped

WARM, SECONDS = 15, 10
VIEWS = ("cpu-time-hot-methods", "hot-methods", "allocation-by-class", "allocation-by-site", "gc-pauses", "contention-by-site")
OPTIONS = ("-XX:FlightRecorderOptions:stackdepth=192", "-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints")

OURS = "phigate:"
"""Marks frames of our own code, drawn in another colour."""

Frames = tuple[str, ...]


def profile(ground: Ground, clients: Clients, cpus: Cpus, folder: Path, say: Callable[[str], None]) -> None:
    """Profiles a balancer with one worker under each load and writes the files into the folder."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    running = peers.start("phigate", ground, 1, cpus.balancer, OPTIONS)
    first_answer(running, ground, time.monotonic() + 20)
    loads = {
        "keepalive": lambda seconds: clients.keep_alive(running, seconds),
        "connect": lambda seconds: clients.connect(running, seconds),
        "resume": lambda seconds: clients.connect(running, seconds, resumed=True),
        "http2": lambda seconds: clients.http2(running, seconds),
        "browser": lambda seconds: clients.http2(running, seconds, BROWSER_SUITES),
        "large": lambda seconds: clients.keep_alive(running, seconds, 16, "/large"),
    }
    for name, load in loads.items():
        say(f"{name}: warming up")
        try:
            load(WARM)
            recording = folder / f"{name}.jfr"
            _jcmd(running.process.popen.pid, "JFR.start", "name=bench", "settings=profile", f"filename={recording}",
                  "jdk.CPUTimeSample#enabled=true", "jdk.CPUTimeSample#throttle=1ms")
            say(f"{name}: recording {SECONDS} s")
            load(SECONDS)
            _jcmd(running.process.popen.pid, "JFR.stop", "name=bench")
        except Stopped as error:
            say(f"{name}: {error}")
            continue
        _write(name, recording, folder)
    running.process.stop()
    say(f"written to {folder}")


def _write(name: str, recording: Path, folder: Path) -> None:
    stacks = Counter(_stacks(recording))
    (folder / f"{name}.svg").write_text(_svg(f"phigate, {name}: CPU time", stacks))
    views = [_tool("jfr", "view", "--width", "170", "--cell-height", "3", view, str(recording)) for view in VIEWS]
    (folder / f"{name}.txt").write_text("\n".join(views))


def _stacks(recording: Path) -> Iterator[Frames]:
    """The stack of each sample, outermost frame first."""
    printed = _tool("jfr", "print", "--json", "--stack-depth", "192", "--events", "jdk.CPUTimeSample", str(recording))
    for event in json.loads(printed)["recording"]["events"]:
        trace = event["values"].get("stackTrace")
        if trace:
            yield tuple(_frame(frame["method"]) for frame in reversed(trace["frames"]))


def _frame(method: dict) -> str:
    package, _, simple = method["type"]["name"].replace("/", ".").rpartition(".")
    return f"{OURS if package.startswith('dev.phigate') else ''}{simple}.{method['name']}"


def _svg(title: str, stacks: Counter[Frames]) -> str:
    """A flame graph: width is CPU time, ours in green, the outermost frame is at the bottom; hover for the name and share."""
    width, height = 1400, 17
    total = max(1, stacks.total())
    boxes: list[str] = []
    deepest = 0

    def draw(group: Counter[Frames], depth: int, left: float) -> None:
        nonlocal deepest
        children: dict[str, Counter[Frames]] = {}
        for frames, count in group.items():
            if len(frames) > depth:
                children.setdefault(frames[depth], Counter())[frames] += count
        for name, child in sorted(children.items()):
            share = child.total() / total
            wide = share * width
            if wide >= 0.8:
                deepest = max(deepest, depth)
                text = escape(name[: int(wide / 6.6)]) if wide > 30 else ""
                colour = "#6aa84f" if name.startswith(OURS) else "#e69138"
                boxes.append(
                    f'<g><title>{escape(name)} {share:.1%}</title><rect x="{left:.1f}" y="-{(depth + 1) * height}" width="{wide:.1f}"'
                    f' height="{height - 1}" fill="{colour}"/><text x="{left + 2:.1f}" y="-{depth * height + 5}">{text}</text></g>')
                draw(child, depth + 1, left)
            left += wide

    draw(stacks, 0, 0)
    tall = (deepest + 3) * height
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{tall}" font-family="monospace" font-size="11">'
            f'<text x="4" y="13">{escape(title)}, {total} samples</text><g transform="translate(0,{tall})">{"".join(boxes)}</g></svg>\n')


def _jcmd(pid: int, *arguments: str) -> None:
    _tool("jcmd", str(pid), *arguments)


def _tool(name: str, *arguments: str) -> str:
    done = subprocess.run([str(machine.java().parent / name), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise Stopped(f"{name} {' '.join(arguments)} failed:\n{done.stdout[-500:]}{done.stderr[-500:]}")
    return done.stdout
