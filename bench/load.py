"""A closed-loop HTTP load on loopback: each connection sends its next request once it has its answer.

    python bench/load.py PORT CONNECTIONS SECONDS < {"path": …, "bodies": […]}

One process, raw sockets kept alive, one epoll: some 20 µs of CPU a request, which is told apart from the
server's. What is under way at the end is waited for. Prints one line of JSON.
"""

import json
import resource
import select
import socket
import sys
import time
from collections.abc import Iterator
from itertools import cycle

MOST_REQUESTS = 1_000_000
GIVE_UP_S = 20.0


class Connection:
    """One request at a time, and the answer to it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=GIVE_UP_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._answer = b""

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self._answer = b""
        self.socket.sendall(request)

    def status(self) -> int:
        """Of the answer once it is whole; 0 while it is not."""
        part = self.socket.recv(1 << 16)
        if not part:
            raise ConnectionError("the server closed the connection")
        self._answer += part
        head, _, body = self._answer.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        sizes = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
        return int(head[9:12]) if sizes and len(body) >= sizes[0] else 0


def requests(path: str, bodies: list[str]) -> Iterator[bytes]:
    """The requests, over and over."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
    whole = [f"{head}{len(body.encode())}\r\n\r\n{body}".encode() for body in bodies]
    return cycle(whole)


def load(port: int, connections: int, seconds: float, wanted: Iterator[bytes]) -> dict[str, float]:
    """Keep the connections busy for some seconds; latencies in milliseconds."""
    poll = select.epoll()
    open_ones = {each.socket.fileno(): each for each in (Connection(port) for _ in range(connections))}
    started = time.perf_counter()
    for number, each in open_ones.items():
        poll.register(number, select.EPOLLIN)
        each.send(next(wanted))
    took: list[float] = []
    failed, under_way, now = 0, connections, started
    while under_way and now - started < seconds + GIVE_UP_S:
        for number, _ in poll.poll(1.0):
            each = open_ones[number]
            status = each.status()
            if not status:
                continue
            now = time.perf_counter()
            took.append(now - each.sent_at)
            failed += status != 200
            if now - started < seconds and len(took) < MOST_REQUESTS:
                each.send(next(wanted))
            else:
                under_way -= 1
        now = time.perf_counter()
    took.sort()
    return {
        "requests": len(took),
        "failed": failed + under_way,
        "per_s": round(len(took) / (now - started), 1),
        "p50_ms": round(1000 * took[len(took) // 2], 2),
        "p99_ms": round(1000 * took[len(took) * 99 // 100], 2),
    }


def main() -> None:
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    asked = json.load(sys.stdin)
    wanted = requests(asked["path"], asked["bodies"])
    before = resource.getrusage(resource.RUSAGE_SELF)
    found = load(port, connections, seconds, wanted)
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found["client_cpu_ms"] = round(1000 * used / found["requests"], 4)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
