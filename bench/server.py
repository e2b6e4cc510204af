"""A server under measure: a process group of its own, its CPU and memory from /proc, stopped by its pid."""

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

LOAD = Path(__file__).parent / "load.py"
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
START_S = 120.0
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Modules are compiled once, as on any installation: a start is not to pay for it."""


@dataclass(frozen=True)
class Subject:
    """A way to serve a model.

    Args:
        command: with ``{port}`` where the port goes.
        cwd: where it runs.
        path: of its route.
        bodies: one-row requests.
        scores: that it has to answer them, in their order; none means whatever it says.
        score_of: the score in an answer.
        env: beside the environment of the bench.
    """

    command: Sequence[str]
    cwd: Path
    path: str
    bodies: Sequence[str]
    scores: Sequence[float]
    score_of: Any
    env: Mapping[str, str] = field(default_factory=dict)


class Running:
    """A subject that runs, from its start to the end of the block."""

    def __init__(self, subject: Subject, log: Path) -> None:
        self.subject, self._log = subject, log
        self.port = _free_port()
        self.start_s = 0.0

    def __enter__(self) -> "Running":
        command = [part.replace("{port}", str(self.port)) for part in self.subject.command]
        env = {**os.environ, "OMP_NUM_THREADS": "1", **COMPILED, **self.subject.env}
        started = time.perf_counter()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self.subject.cwd, env=env, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self._wait(started)
            self._agree()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _wait(self, started: float) -> None:
        while time.perf_counter() - started < START_S and self._process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                if self._post(self.subject.bodies[0])[0] == 200:
                    self.start_s = time.perf_counter() - started
                    return
            time.sleep(0.02)
        sys.exit(f"{self.subject.command[0]} does not answer:\n{self._log.read_text()[-3000:]}")

    def _agree(self) -> None:
        """The scores are the expected ones, before anything is measured."""
        for body, expected in zip(self.subject.bodies, self.subject.scores, strict=False):
            status, answer = self._post(body)
            score = self.subject.score_of(json.loads(answer)) if status == 200 else None
            if score is None or abs(score - expected) > 1e-6:
                sys.exit(f"{self.subject.command[0]}: {status}, {score} instead of {expected}: {answer!r}")

    def _post(self, body: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", self.subject.path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def loaded(self, connections: int, seconds: float) -> dict[str, float]:
        """What it does under load, with the CPU of all its processes."""
        asked = json.dumps({"path": self.subject.path, "bodies": list(self.subject.bodies)})
        command = [sys.executable, str(LOAD), str(self.port), str(connections), str(seconds)]
        cpu = self.cpu_s()
        done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=seconds + 60)
        used = self.cpu_s() - cpu
        if done.returncode:
            sys.exit(f"the load failed:\n{done.stderr[-2000:]}\n{self._log.read_text()[-3000:]}")
        found: dict[str, float] = json.loads(done.stdout)
        if found["failed"]:
            sys.exit(f"{found['failed']} requests failed:\n{self._log.read_text()[-3000:]}")
        return {**found, "cpu_ms": round(1000 * used / found["requests"], 4)}

    def cpu_s(self) -> float:
        """User and system time of its processes."""
        return sum(int(each[11]) + int(each[12]) for each in self._stats()) / TICKS

    def rss_mib(self) -> float:
        """Resident memory, added up over its processes."""
        return sum(int(each[21]) for each in self._stats()) * PAGE / 2**20

    def processes(self) -> int:
        """How many it runs."""
        return len(self._stats())

    def _stats(self) -> list[list[str]]:
        """The fields of /proc/…/stat from the third on, for each process of its session."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = path.read_text().rpartition(") ")[2].split()
                if int(fields[3]) == self._process.pid:
                    found.append(fields)
        return found

    def _stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
                if number == signal.SIGKILL or not self._stats():
                    return


def medians(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of each figure, over the rounds."""
    return {name: round(statistics.median(row[name] for row in rows), 3) for name in rows[0]}


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        number: int = bound.getsockname()[1]
        return number
