"""The command line: one Typer application per chapter. It composes, and decides nothing."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run ``filrouge`` and turn faults into messages, never tracebacks.

    Exit codes: 0 done; 1 a check or gate said no; 2 a fault that the user can mend.
    """
    from filrouge.cli.app import app
    from filrouge.cli.output import report
    from filrouge.kernel.errors import FilrougeError

    try:
        app(standalone_mode=True)
    except FilrougeError as error:
        report(error)
        sys.exit(2)
