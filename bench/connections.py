"""A client that makes TLS connections, run as a program of its own on the CPUs of the load.

    connections.py full    PORT CA SECONDS     a new connection with a full handshake for every request
    connections.py resumed PORT CA SECONDS     the same, each connection resuming a session (a ticket of an earlier one)
    connections.py hold    PORT CA COUNT       opens COUNT connections, makes one request on each, keeps them until its input ends

Prints one JSON object. Every connection verifies the server's certificate and name, and checks that it was resumed or was not.
"""

import json
import socket
import ssl
import sys
import threading
import time

NAME = "balancer.local"
BODY = 1024
THREADS = 8
PATIENCE = 10


class Client:
    """Makes connections, and counts them."""

    def __init__(self, port: int, trust: str):
        self.port = port
        self.context = ssl.create_default_context(cafile=trust)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.lock = threading.Lock()
        self.completed = 0
        self.errors: dict[str, int] = {}

    def connect(self, source: int, session=None) -> ssl.SSLSocket:
        """Connects from 127.0.0.(10 + source), so that ports last, and makes the handshake."""
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE, (f"127.0.0.{10 + source}", 0))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            return self.context.wrap_socket(plain, server_hostname=NAME, session=session)
        except BaseException:
            plain.close()
            raise

    def request(self, connection: ssl.SSLSocket, last: bool) -> None:
        """One request; its answer must be complete and 200."""
        close = "Connection: close\r\n" if last else ""
        connection.sendall(f"GET /small HTTP/1.1\r\nHost: {NAME}\r\n{close}\r\n".encode())
        answer = b""
        while True:
            chunk = connection.recv(16384)
            answer += chunk
            head, end, body = answer.partition(b"\r\n\r\n")
            if end and len(body) >= BODY:
                break
            if not chunk:
                raise OSError(f"the connection ended after {len(answer)} bytes")
        if not head.startswith(b"HTTP/1.1 200 ") or len(body) != BODY:
            raise OSError(f"unexpected answer {head[:60]!r} with a body of {len(body)} bytes")

    def session(self):
        """A session that can be resumed: its ticket has arrived with the first answer."""
        with self.connect(0) as connection:
            self.request(connection, last=False)
            return connection.session

    def count(self, error: BaseException | None) -> None:
        with self.lock:
            if error is None:
                self.completed += 1
            else:
                text = f"{type(error).__name__}: {error}"
                self.errors[text] = self.errors.get(text, 0) + 1


def connect_until(client: Client, deadline: float, source: int, session) -> None:
    while time.monotonic() < deadline:
        try:
            with client.connect(source, session) as connection:
                if connection.session_reused != (session is not None):
                    raise OSError(f"session_reused is {connection.session_reused}")
                client.request(connection, last=True)
            client.count(None)
        except OSError as error:
            client.count(error)
            time.sleep(0.01)


def hold(client: Client, count: int, source: int, held: list) -> None:
    for _ in range(count):
        try:
            connection = client.connect(source)
            held.append(connection)
            client.request(connection, last=False)
            client.count(None)
        except OSError as error:
            client.count(error)
            if sum(client.errors.values()) > 50:
                return


def in_threads(function, arguments_of) -> None:
    threads = [threading.Thread(target=function, args=arguments_of(number), daemon=True) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    mode, port, trust, amount = sys.argv[1:5]
    client = Client(int(port), trust)
    held: list[ssl.SSLSocket] = []
    if mode == "hold":
        whole, rest = divmod(int(amount), THREADS)
        in_threads(hold, lambda number: (client, whole + (number < rest), number, held))
    else:
        session = client.session() if mode == "resumed" else None
        deadline = time.monotonic() + float(amount)
        in_threads(connect_until, lambda number: (client, deadline, number, session))
    print(json.dumps({"completed": client.completed, "errors": client.errors}), flush=True)
    if mode == "hold":
        sys.stdin.read()


if __name__ == "__main__":
    main()
