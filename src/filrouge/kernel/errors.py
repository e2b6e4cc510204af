"""Faults a person can mend: each says what, where, why and what to do, under a stable code."""

import difflib
from collections.abc import Iterable, Sequence
from typing import ClassVar

from filrouge.kernel.i18n import _, ngettext

__all__ = ["Faults", "FilrougeError", "MissingExtra", "Unexpected", "did_you_mean", "require_extra"]


class FilrougeError(Exception):
    """Base of every error that a user's action can mend.

    A subclass sets ``code`` (``area.fault``, stable for ever, documented in
    ``docs/reference/errors.md``), ``status`` (what the web answers) and, seldom, ``exit_code``.

    Args:
        what: the fault, as one sentence.
        where: the thing concerned (file, step, column, reference).
        why: the cause, when it helps.
        action: the next thing to do, with the command to run.

    Example:
        >>> raise FilrougeError("The canvas is locked.", action="Unlock it first.")
        Traceback (most recent call last):
        ...
        filrouge.kernel.errors.FilrougeError: [filrouge.error] The canvas is locked. Unlock it first.
    """

    code: ClassVar[str] = "filrouge.error"
    status: int = 400
    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str = "", why: str = "", action: str = "") -> None:
        self.what, self.where, self.why, self.action = what, where, why, action
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return " ".join(part for part in (f"[{self.code}] {place}{self.what}", self.why, self.action) if part)

    def as_dict(self) -> dict[str, str]:
        """The error as the JSON API and ``--format json`` show it."""
        return {
            "code": self.code,
            "what": self.what,
            "where": self.where,
            "why": self.why,
            "action": self.action,
        }


class Faults(FilrougeError):
    """Several faults found in one reading, reported together."""

    code = "filrouge.faults"

    def __init__(self, faults: Sequence[FilrougeError]) -> None:
        self.faults = tuple(faults)
        kinds = {fault.status for fault in self.faults}
        if len(kinds) == 1:
            self.status = kinds.pop()
        count = len(self.faults)
        super().__init__(ngettext("{n} fault", "{n} faults", count).format(n=count))

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)

    @classmethod
    def raise_if_any(cls, faults: Sequence[FilrougeError]) -> None:
        """Raise nothing, the single fault, or all of them together."""
        if len(faults) == 1:
            raise faults[0]
        if faults:
            raise cls(faults)


class MissingExtra(FilrougeError):
    """A capability needs an optional dependency that is not installed."""

    code = "install.missing-extra"


class Unexpected(FilrougeError):
    """A mistake in Filrouge itself; the file that it names tells a maintainer where."""

    code = "filrouge.unexpected"
    status = 500
    exit_code = 3


def require_extra(module: str, extra: str) -> None:
    """Check that an optional dependency is there before work starts.

    Args:
        module: the import name that is needed.
        extra: the extra of the ``filrouge`` distribution that brings it.

    Raises:
        MissingExtra: the module cannot be found.
    """
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise MissingExtra(
            _("This needs the package '{module}', which is not installed.").format(module=module),
            action=_("Run: pip install 'filrouge[{extra}]'").format(extra=extra),
        )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word, or lists the few there are.

    Example:
        >>> did_you_mean("wether", ["weather", "planes"])
        "Did you mean 'weather'?"
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return _("Did you mean '{name}'?").format(name=close[0])
    if not names:
        return ""
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return _("Known: {names}.").format(names=shown)
