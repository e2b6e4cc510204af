"""What the database or the machine refused, as a fault a person can mend: for every door."""

import sqlite3

from sqlalchemy.exc import DBAPIError

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.machine import machine_fault
from filrouge.storage.engine import refused, translated

__all__ = ["known_fault"]


def known_fault(error: BaseException) -> FilrougeError | None:
    """The coded fault behind an exception; none when it is a mistake in the code.

    Example:
        >>> print(known_fault(sqlite3.OperationalError("database is locked")).code)
        storage.locked
        >>> known_fault(TypeError("unexpected")) is None
        True
    """
    match error:
        case FilrougeError():
            return error
        case DBAPIError():
            return translated(error)
        case sqlite3.Error():
            return refused(error)
        case OSError():
            return machine_fault(error)
        case _:
            return None
