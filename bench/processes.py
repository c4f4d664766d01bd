"""Processes that the bench starts: their CPU time, their memory, and their end, always by process id."""

import ctypes
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")

PR_SET_PDEATHSIG = 1
PR_SET_TIMERSLACK = 29

FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
"""Open files a child may have: the hard limit, which even root cannot raise everywhere."""

_libc = ctypes.CDLL(None, use_errno=True)
_running: list["Process"] = []


class Stopped(RuntimeError):
    """A process ended although it was still needed."""


class Process:
    """One child with all its descendants, in a session of its own, so that Ctrl-C reaches only the bench."""

    def __init__(self, name: str, command: list[str], folder: Path, cpus: set[int], **options):
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            options = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL} | options
            self.popen = subprocess.Popen(
                command, cwd=folder, start_new_session=True, preexec_fn=_prepare(os.getpid(), cpus), **options)
        _running.append(self)

    def pids(self) -> list[int]:
        """The process and its descendants."""
        found = [self.popen.pid]
        for pid in found:
            try:
                for task in Path(f"/proc/{pid}/task").iterdir():
                    found += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                pass
        return found

    def cpu_seconds(self) -> float:
        """utime + stime of the process and its descendants."""
        self.must_run()
        ticks = 0
        for pid in self.pids():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def rss_bytes(self) -> int:
        """Resident memory, summed over the process and its descendants (pages they share count in each)."""
        self.must_run()
        pages = 0
        for pid in self.pids():
            try:
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except OSError:
                continue
        return pages * PAGE

    def alive(self) -> bool:
        return self.popen.poll() is None

    def must_run(self) -> None:
        if not self.alive():
            raise Stopped(f"{self.name} stopped with exit code {self.popen.returncode}; its log ends:\n{self.tail()}")

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def stop(self, patience: float = 5) -> None:
        """SIGTERM, then SIGKILL for what is left. Returns once it is gone."""
        if self not in _running:
            return
        pids = self.pids()
        if self.alive():
            self.popen.terminate()
            try:
                self.popen.wait(patience)
            except subprocess.TimeoutExpired:
                for pid in pids:
                    _kill(pid)
                self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe:
                pipe.close()
        _running.remove(self)


def stop_all() -> None:
    """Stops what is still running, the newest first."""
    for process in reversed(_running.copy()):
        process.stop()


def run(command: list[str], cpus: set[int], seconds: float, folder: Path) -> str:
    """Runs a load tool to its end on the given CPUs and returns its standard output."""
    tool = Process(Path(command[0]).name, command, folder, cpus, stdout=subprocess.PIPE, text=True)
    try:
        output, _ = tool.popen.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        tool.popen.kill()
        output, _ = tool.popen.communicate()
        raise Stopped(f"{' '.join(command)} did not end within {seconds:.0f} s:\n{output[-800:]}{tool.tail()}") from None
    finally:
        tool.stop()
    if tool.popen.returncode:
        raise Stopped(f"{' '.join(command)} failed with exit code {tool.popen.returncode}:\n{output[-800:]}{tool.tail()}")
    return output


class Others:
    """How much CPU the rest of the machine used meanwhile: the reason to distrust a run."""

    def __init__(self):
        self.since, self.busy, self.own = time.monotonic(), _busy(), _own()

    def cores(self) -> float:
        """Cores used by processes that are not the bench's since this object was made."""
        used = (_busy() - self.busy) - (_own() - self.own)
        return max(0.0, used / max(0.01, time.monotonic() - self.since))


def _busy() -> float:
    user, nice, system, _idle, _iowait, irq, softirq, steal = (
        int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def _own() -> float:
    total = sum(process.cpu_seconds() for process in _running if process.alive())
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    return total


def _prepare(parent: int, cpus: set[int]):
    """What a child does to itself before it becomes the program: it dies with the bench and stays on its CPUs."""

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        _libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        os.sched_setaffinity(0, cpus)
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))

    return prepare


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
