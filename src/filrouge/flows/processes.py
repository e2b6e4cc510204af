"""Parts of a workspace as processes of their own, started again when they die: ``filrouge up``, the demo."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _

__all__ = ["Part", "PartFailed", "Parts"]

_ADDRESS = re.compile(r"https?://[^\s/]+:(\d+)\S*")
_TRIES = 3
_STOP_S = 20.0
_SETTLED_S = 5.0


class PartFailed(FilrougeError):
    """A part of the workspace does not start."""

    code = "parts.failed"
    status = 503


class Part:
    """One process that is kept alive: what it prints goes to its log.

    Args:
        name: what people call it.
        arguments: of ``filrouge``; ``--port`` is added when it listens.
        folder: where it runs; the workspace.
        log: the file that takes its output.
        listens: it prints the address that it answers at; started again, it takes the same port.
        told: hears of deaths and returns.
    """

    def __init__(
        self,
        name: str,
        arguments: list[str],
        *,
        folder: Path,
        log: Path,
        listens: bool,
        told: Callable[[str], None],
    ) -> None:
        self.name, self.address, self.starts = name, "", 0
        self._arguments, self._folder, self._log, self._listens = arguments, folder, log, listens
        self._told, self._port = told, 0
        self._ready, self._stopping = threading.Event(), threading.Event()
        self._last: deque[str] = deque(maxlen=8)
        self._process: subprocess.Popen[str] | None = None
        self.failed = False
        self._thread = threading.Thread(target=self._keep, name=f"part {name}", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Of the process that runs now; 0 when none does."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else 0

    def wait_ready(self, timeout_s: float = 60.0) -> str:
        """Wait until it answers, and give its address.

        Raises:
            PartFailed: it does not come up.
        """
        if not self._ready.wait(timeout_s) or self.failed:
            raise PartFailed(
                _("'{name}' does not start.").format(name=self.name),
                where=str(self._log),
                why=" ".join(self._last) or _("It printed nothing."),
                action=_("Run it by hand: cd {folder} && filrouge {arguments}").format(
                    folder=self._folder, arguments=" ".join(self._arguments)
                ),
            )
        return self.address

    def stop(self) -> None:
        """Ask it to end; after twenty seconds, end it."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join(_STOP_S)

    def _keep(self) -> None:
        """Start it, read what it prints until it ends, and again."""
        failures = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            code = self._live()
            if self._stopping.is_set():
                return
            settled = self._ready.is_set() and time.monotonic() - started > _SETTLED_S
            failures = 0 if settled else failures + 1
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            if failures == _TRIES:
                self.failed = True
                self._ready.set()
                self._told(f"{self.name} ended {_TRIES} times in a row ({how}); see {self._log}")
                return
            self._ready.clear()
            self._told(f"{self.name} ended ({how}); it is started again")

    def _live(self) -> int:
        command = [sys.executable, "-m", "filrouge", *self._arguments]
        if self._listens:
            command += ["--port", str(self._port)]
        self._process = subprocess.Popen(  # noqa: S603  (our own command)
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,  # a ctrl-C on the terminal is ours: parts end in order
        )
        self.starts += 1
        if not self._listens:
            self._ready.set()
        if self._stopping.is_set():  # asked to end while it was being started
            self._process.terminate()
        assert self._process.stdout is not None
        with self._log.open("a", encoding="utf-8") as log:
            for line in self._process.stdout:
                log.write(line)
                log.flush()
                self._last.append(line.strip())
                found = _ADDRESS.search(line) if self._listens and not self._ready.is_set() else None
                if found:
                    self.address, self._port = found[0], int(found[1])
                    self._ready.set()
        return self._process.wait()


class Parts:
    """Several parts of one workspace, ended together.

    What was left by a parent that was killed is ended first: the parts' process ids are kept in
    ``.filrouge/parts.json``.

    Args:
        root: the workspace's folder.
        told: hears of deaths and returns.
    """

    def __init__(self, root: Path, told: Callable[[str], None]) -> None:
        self._root, self._told = root, told
        self._file = root / ".filrouge" / "parts.json"
        self._logs = root / ".filrouge" / "logs"
        self._parts: list[Part] = []

    def __enter__(self) -> "Parts":
        self._logs.mkdir(parents=True, exist_ok=True)
        self._end_orphans()
        return self

    def __exit__(self, *_: object) -> None:
        for part in reversed(self._parts):
            part.stop()
        self._file.unlink(missing_ok=True)

    def start(self, name: str, *arguments: str, listens: bool = False) -> Part:
        """Start a part and wait until it answers.

        Raises:
            PartFailed: it does not come up.
        """
        part = Part(
            name,
            list(arguments),
            folder=self._root,
            log=self._logs / f"{name}.log",
            listens=listens,
            told=self._changed,
        )
        self._parts.append(part)
        part.wait_ready()
        self._remember()
        return part

    def require(self, name: str) -> None:
        """Check that a part is there, or on its way back.

        Raises:
            PartFailed: it died too often.
        """
        part = next(part for part in self._parts if part.name == name)
        if part.failed:
            part.wait_ready(0)

    def _changed(self, what: str) -> None:
        self._told(what)
        self._remember()

    def _remember(self) -> None:
        pids = {part.name: [part.pid, _born(part.pid)] for part in self._parts if part.pid}
        self._file.write_text(json.dumps(pids), encoding="utf-8")

    def _end_orphans(self) -> None:
        try:
            left = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return
        for name, (pid, born) in left.items():
            if born and _born(pid) == born:  # the same process, not a later one with its number
                self._told(f"{name} was left running by an earlier call; it is ended")
                os.kill(pid, signal.SIGTERM)
        self._file.unlink(missing_ok=True)


def _born(pid: int) -> str:
    """When a process started, in the kernel's ticks; empty when there is no such process."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return ""
    return told.rpartition(")")[2].split()[19]
