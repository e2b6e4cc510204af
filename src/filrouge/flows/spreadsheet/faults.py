"""What keeps a CSV file from being read or imported."""

from filrouge.kernel.errors import FilrougeError

__all__ = ["CsvProblems", "CsvTooLarge", "CsvUnreadable", "UnknownColumn", "UnknownImport"]


class CsvUnreadable(FilrougeError):
    """The file is no CSV that can be read."""

    code = "csv.unreadable"
    status = 422


class CsvTooLarge(FilrougeError):
    """The file has more rows or bytes than an import takes."""

    code = "csv.too-large"
    status = 413


class UnknownColumn(FilrougeError):
    """A mapping names a column or a field that is not there, or the file has none for the title."""

    code = "csv.unknown-column"
    status = 422


class CsvProblems(FilrougeError):
    """Some rows cannot be imported, and nobody said to leave them out."""

    code = "csv.problems"
    status = 422


class UnknownImport(FilrougeError):
    """No import that could be taken back has this id."""

    code = "csv.unknown-import"
    status = 404
