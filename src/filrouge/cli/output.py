"""What the command line prints: results on standard output, everything else on standard error."""

import json
import sys
from typing import Any

from filrouge.kernel.errors import Faults, FilrougeError

__all__ = ["note", "report", "write", "write_json"]


def write(text: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(f"{text}\n")


def write_json(value: Any) -> None:
    """The result as JSON, for programs."""
    write(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def note(text: str) -> None:
    """A line beside the result: progress, what was done, what to do next."""
    sys.stderr.write(f"{text}\n")


def report(error: FilrougeError) -> None:
    """A fault, or several: what, where, why and what to do."""
    faults = error.faults if isinstance(error, Faults) else (error,)
    for fault in faults:
        place = f"{fault.where}: " if fault.where else ""
        note(f"error [{fault.code}] {place}{fault.what}")
        for more in (fault.why, fault.action):
            if more:
                note(f"  {more}")
