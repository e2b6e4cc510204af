"""The command line's translator: an exception becomes a message and an exit code."""

import os
import sys
import tempfile
import traceback

from filrouge.cli.output import report
from filrouge.kernel.errors import FilrougeError, Unexpected

__all__ = ["told"]


def told(error: Exception) -> int:
    """Say what went wrong and what to do; give the exit code."""
    fault = _fault(error)
    report(fault)
    return fault.exit_code


def _fault(error: Exception) -> FilrougeError:
    if isinstance(error, FilrougeError):
        return error
    from filrouge.storage.faults import known_fault

    return known_fault(error) or Unexpected(
        "Filrouge failed by a mistake of its own.",
        where=" ".join(["filrouge", *sys.argv[1:2]]),
        why=f"{type(error).__name__}: {error}".splitlines()[0],
        action=_kept(error),
    )


def _kept(error: Exception) -> str:
    text = "".join(traceback.format_exception(error))
    try:
        handle, name = tempfile.mkstemp(prefix="filrouge-", suffix=".log", text=True)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:  # not even there is room
        return "Run it again with some free disk space, and report what it says."
    return f"Report it with the details in {name}"
