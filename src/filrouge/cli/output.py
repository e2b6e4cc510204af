"""What the command line prints: results on standard output, everything else on standard error."""

import getpass
import json
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from filrouge.kernel.errors import Faults, FilrougeError

__all__ = [
    "ME",
    "Format",
    "Port",
    "finish",
    "format_of",
    "note",
    "report",
    "warn",
    "write",
    "write_bytes",
    "write_file",
    "write_json",
]

Format = Annotated[Literal["text", "json"], typer.Option(help="text or json.")]
"""The option of every command whose result programs read too."""
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port, instead of the settings'; 0 takes a free one.")
]
try:
    ME = getpass.getuser()
    """Whom the history names when nobody is named: who sits at the machine, as on the pages."""
except (KeyError, OSError):  # a container whose user has no name
    ME = "someone"
Choice = TypeVar("Choice", bound=str)
_NOBODY_READS = 141
"""What a shell says of a program whose reader went away (128 + SIGPIPE)."""


def write(text: str = "") -> None:
    """A line of the result."""
    try:
        sys.stdout.write(f"{text}\n")
    except BrokenPipeError:
        _leave()


def write_bytes(content: bytes) -> None:
    """The result as it is, for a file."""
    try:
        sys.stdout.buffer.write(content)
    except BrokenPipeError:
        _leave()


def format_of(output: Path | None, known: tuple[Choice, ...]) -> Choice:
    """The format that the name of a file asks for; the first one where it asks for none of them.

    Example:
        >>> format_of(Path("dossier.PDF"), ("md", "pdf")), format_of(None, ("md", "pdf"))
        ('pdf', 'md')
    """
    ending = output.suffix.lower().removeprefix(".") if output else ""
    return next((one for one in known if one == ending), known[0])


def write_file(path: Path, content: bytes) -> None:
    """Write a file that a user named: a regular one whole or not at all, with the mode that it had.

    A link stays, and what it leads to is written. A pipe or a device is written to, never replaced.
    """
    target = path.resolve()
    if path.exists() and not (target.is_file() and target.samefile(path)):
        with path.open("wb") as file:
            file.write(content)
        return
    aside = target.with_name(f".{target.name}.new")
    try:
        aside.write_bytes(content)
        if target.exists():
            shutil.copymode(target, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def finish() -> None:
    """Hand over what is still held back; a reader who went away (``| head -1``) is no fault."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _leave()


def _leave() -> None:
    # What is left in the buffer would be written once more at the end, and raise there.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(_NOBODY_READS)


def write_json(value: Any) -> None:
    """The result as JSON, for programs."""
    write(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def note(text: str) -> None:
    """A line beside the result: progress, what was done, what to do next."""
    with suppress(BrokenPipeError):
        sys.stderr.write(f"{text}\n")


def warn(message: Warning | str, *_: object, **__: object) -> None:
    """A warning, without the line of code that gave it (in place of ``warnings.showwarning``)."""
    note(f"warning {message}")


def report(error: FilrougeError) -> None:
    """A fault, or several: what, where, why and what to do."""
    faults = error.faults if isinstance(error, Faults) else (error,)
    for fault in faults:
        place = f"{fault.where}: " if fault.where else ""
        note(f"error [{fault.code}] {place}{fault.what}")
        for more in (fault.why, fault.action):
            for line in filter(str.strip, more.splitlines()):
                note(f"  {line}")
