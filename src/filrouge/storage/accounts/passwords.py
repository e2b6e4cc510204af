"""Passwords: hashed by Argon2id, compared in the same time whether there is an account or not."""

import threading
from functools import cache
from typing import TYPE_CHECKING

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = ["SHORTEST", "BadPassword", "faults_of", "hashed", "matches"]

SHORTEST, _LONGEST = 12, 1000

_AT_ONCE = threading.BoundedSemaphore(2)
"""A hash takes 64 MiB: a flood of sign-ins must not take the machine's memory."""


class BadPassword(FilrougeError):
    """A password is too easy, too long, or not the one that was asked for."""

    code = "account.bad-password"
    status = 422


def faults_of(password: str, *names: str) -> list[FilrougeError]:
    """What is wrong with a new password; ``names`` are words that others know of the person."""
    faults: list[FilrougeError] = []
    if not SHORTEST <= len(password) <= _LONGEST:
        faults.append(
            BadPassword(
                _("A password has at least {n} characters.").format(n=SHORTEST),
                where="password",
                action=_("Four words that do not belong together are long, and easy to keep."),
            )
        )
    known = [word for name in names for word in (name.lower(), name.lower().partition("@")[0])]
    if len(set(password)) < 5 or password.lower() in known:
        faults.append(BadPassword(_("This password is too easy to guess."), where="password"))
    return faults


def hashed(password: str) -> str:
    """What is stored of a password: salt, parameters and digest in one text."""
    with _AT_ONCE:
        return _hasher().hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether a password is the one that was hashed; with nothing stored it takes as long, and is not."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > _LONGEST:
        password = ""
    with _AT_ONCE:
        try:
            return _hasher().verify(stored or _nobody(), password) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """What a password is compared with when there is no account."""
    return _hasher().hash("nobody has this password")
