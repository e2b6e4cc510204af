"""The command line: one Typer application per chapter. It composes, and decides nothing."""

import sys
import warnings

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> None:
    """Run ``filrouge`` and turn faults into messages, never tracebacks.

    Exit codes: 0 done; 1 a check or gate said no; 2 a fault that the user can mend; 3 a mistake in
    Filrouge itself; 130 stopped by ctrl-C; 141 nobody reads the result any more.
    """
    try:
        from filrouge.cli.app import app
        from filrouge.cli.output import finish, warn

        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal may lack a character
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
