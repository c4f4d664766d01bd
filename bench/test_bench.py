"""What a reader of a run relies on. `python3 -m unittest discover -s bench`; needs openssl and a JDK, no peer."""

import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import machine  # noqa: E402
import peers  # noqa: E402
import processes  # noqa: E402
import report  # noqa: E402
from load import Clients  # noqa: E402
from measures import Bar, Row  # noqa: E402
from processes import Process, Stopped  # noqa: E402
from rounds import Rounds, Samples  # noqa: E402


class Verdicts(unittest.TestCase):
    def row(self, phigate, haproxy, bar=None):
        return Row("keepalive.cpu", "CPU", "us", {"phigate": phigate, "haproxy": haproxy}, bar or Bar(0.9, True))

    def test_a_ratio_is_of_medians(self):
        self.assertAlmostEqual(self.row([18, 17, 90], [20, 20, 20]).ratio("phigate", "haproxy"), 0.9)

    def test_reaching_the_bar_exactly_is_a_pass_and_beyond_it_a_miss(self):
        self.assertEqual(self.row([18], [20]).verdict(), "PASS")
        self.assertEqual(self.row([18.1], [20]).verdict(), "MISS")

    def test_a_failed_measurement_of_ours_is_a_miss_and_never_a_pass(self):
        row = Row("keepalive.cpu", "CPU", "us", {"haproxy": [20]}, Bar(0.9, True), {"phigate": "stopped"})
        self.assertEqual(row.verdict(), "MISS")
        self.assertIn("failed", report.table([row], ["phigate", "haproxy"]))

    def test_nothing_is_judged_without_us_or_without_haproxy(self):
        self.assertEqual(Row("a", "a", "us", {"haproxy": [1], "nginx": [1]}, Bar(0.9, True)).verdict(), "")
        self.assertEqual(Row("a", "a", "us", {"phigate": [1], "nginx": [1]}, Bar(0.9, True)).verdict(), "")

    def test_json_names_each_ratio_by_measure_and_peer(self):
        row = Row("keepalive.cpu", "CPU", "us", {"phigate": [18], "haproxy": [20], "nginx": [24]})
        document = report.document([row], ["phigate", "haproxy", "nginx"], {}, [])
        self.assertEqual(document["ratios"], {"keepalive.cpu": {"haproxy": 0.9, "nginx": 0.75}})


class RepeatedSamples(unittest.TestCase):
    def test_samples_of_quiet_moments_count_when_there_are_two(self):
        samples = Samples({"haproxy": [(0.0, {"cpu": 20}), (1.4, {"cpu": 60}), (0.1, {"cpu": 22})]})
        self.assertEqual(samples.values("haproxy", "cpu"), [20, 22])

    def test_all_samples_count_when_the_machine_was_never_quiet(self):
        samples = Samples({"haproxy": [(0.0, {"cpu": 20}), (1.4, {"cpu": 60}), (1.1, {"cpu": 58})]})
        self.assertEqual(samples.values("haproxy", "cpu"), [20, 60, 58])

    def test_samples_in_which_the_client_was_late_are_set_aside_too(self):
        samples = Samples({"haproxy": [(0.0, {"p99": 9, "lag": 5}), (0.0, {"p99": 2, "lag": 1}), (0.1, {"p99": 3, "lag": 1})]},
                          sound=lambda sample: sample["lag"] < 4)
        self.assertEqual(samples.values("haproxy", "p99"), [2, 3])

    def test_peers_take_turns_and_one_that_fails_does_not_stop_the_others(self):
        asked = []

        def sample(name):
            asked.append(name)
            if name == "nginx":
                raise Stopped("nginx stopped")
            return {"cpu": 1.0}

        samples = Rounds(lambda text: None, time.monotonic() + 60, 0).take("keepalive", 2, ["haproxy", "nginx"], sample)
        self.assertEqual(asked, ["haproxy", "nginx", "haproxy"])
        self.assertEqual(samples.failures, {"nginx": "nginx stopped"})
        self.assertEqual(samples.values("haproxy", "cpu"), [1.0, 1.0])


class WithProcesses(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="phigate-bench-test-"))
        self.cpus = machine.Cpus()
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(processes.stop_all)

    def test_cpu_time_includes_that_of_descendants(self):
        busy = "import time\nwhile time.process_time() < 0.3: pass\ntime.sleep(30)"
        parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])"
        process = Process("parent", [sys.executable, "-c", parent], self.folder, self.cpus.load)
        deadline = time.monotonic() + 20
        while process.cpu_seconds() < 0.3:
            self.assertLess(time.monotonic(), deadline, "the CPU time of the grandchild did not appear")
            time.sleep(0.05)
        pids = process.pids()
        self.assertEqual(len(pids), 2)
        process.stop()
        self.assertFalse(Path(f"/proc/{pids[0]}").exists())

    def test_a_stall_is_charged_to_every_request_that_was_due_meanwhile(self):
        authority = machine.Authority(self.folder)
        certificate, key = authority.issue(peers.NAME)
        server = StallingServer(certificate, key, at_request=900, seconds=1.0)  # 200 requests are warm-up
        self.addCleanup(server.close)
        clients = Clients(self.folder, authority.certificate, self.cpus)
        process = Process("nothing", ["sleep", "60"], self.folder, self.cpus.load)
        found = clients.constant_rate(peers.Running("stalling", server.port, process), rate=200, seconds=5, connections=4)
        self.assertEqual(found["completed"], 1000)
        self.assertLess(found["p50"], 100_000)
        # 200 of 1,000 requests were due while the server stood still; one request a connection noticed it.
        self.assertGreater(found["p99"], 700_000)


class StallingServer:
    """A TLS server that answers every request, but stands still for a while when a certain one has come."""

    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n" + b"x" * 1024

    def __init__(self, certificate: Path, key: Path, at_request: int, seconds: float):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.at_request, self.seconds, self.requests = at_request, seconds, 0
        self.one_at_a_time = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            with plain, self.context.wrap_socket(plain, server_side=True) as connection:
                while connection.recv(4096):
                    with self.one_at_a_time:
                        self.requests += 1
                        if self.requests == self.at_request:
                            time.sleep(self.seconds)
                    connection.sendall(self.ANSWER)
        except OSError:
            pass


class Command(unittest.TestCase):
    RUN = str(Path(__file__).resolve().parent / "run")

    def test_an_unknown_measure_or_peer_is_bad_usage(self):
        for arguments in (["--only", "speed"], ["--peers", "envoy"]):
            done = subprocess.run([sys.executable, self.RUN, *arguments], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn("expected: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
