"""What a feasibility study refuses: each fault with its code and the next action."""

from filrouge.kernel.errors import FilrougeError

__all__ = [
    "BadTarget",
    "BadTime",
    "EmptyTable",
    "NoSuchData",
    "NoSuchTarget",
    "NoSuchTime",
    "OneMoment",
    "UnknownColumn",
    "UnreadableData",
]


class NoSuchData(FilrougeError):
    """There is no such file, folder or table, or nothing in it that holds a table."""

    code = "feasibility.no-data"
    status = 404


class UnreadableData(FilrougeError):
    """A file or a database cannot be read as a table."""

    code = "feasibility.unreadable"
    status = 422


class EmptyTable(FilrougeError):
    """A table has no row."""

    code = "feasibility.empty"
    status = 422


class NoSuchTarget(FilrougeError):
    """No table has the column to predict."""

    code = "feasibility.no-target"
    status = 422


class BadTarget(FilrougeError):
    """The column to predict cannot be learned: constant, a key, empty, infinite, too many classes."""

    code = "feasibility.bad-target"
    status = 422


class NoSuchTime(FilrougeError):
    """The table has no such column of time."""

    code = "feasibility.no-time"
    status = 422


class BadTime(FilrougeError):
    """The column of time holds no times."""

    code = "feasibility.not-a-time"
    status = 422


class OneMoment(FilrougeError):
    """All rows are of one moment."""

    code = "feasibility.one-moment"
    status = 422


class UnknownColumn(FilrougeError):
    """A column to leave out is in no table."""

    code = "feasibility.unknown-column"
    status = 422
