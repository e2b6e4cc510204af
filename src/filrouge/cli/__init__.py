"""The command line: one Typer application per chapter. It composes, and decides nothing."""

import os
import sys
import warnings
from io import TextIOWrapper
from pathlib import Path

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> None:
    """Run ``filrouge`` and turn faults into messages, never tracebacks.

    Exit codes: 0 done; 1 a check or gate said no; 2 a fault that the user can mend; 3 a mistake in
    Filrouge itself; 130 stopped by ctrl-C; 141 nobody reads the result any more.
    """
    _open_streams()
    try:
        from filrouge.cli.app import app
        from filrouge.cli.output import finish, warn

        warnings.showwarning = warn
        try:
            app(standalone_mode=True)
        finally:
            finish()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except Exception as error:  # noqa: BLE001  (the last door: a user sees no traceback)
        from filrouge.cli.faults import told

        sys.exit(told(error))


def _open_streams() -> None:
    """A caller may have closed them (``>&-``), and a terminal may lack a character."""
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
