"""``Ref``: the address of anything on the thread."""

from typing import NamedTuple

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _

__all__ = ["BadReference", "Ref"]


class BadReference(FilrougeError):
    """A text is not a reference, or names nothing."""

    code = "thread.bad-reference"
    status = 404


class Ref(NamedTuple):
    """``kind:id``, such as ``hypothesis:7k2m9x4qab`` or ``model_version:nyc-departures/late/3``.

    Example:
        >>> Ref.parse("objective:7k2m9x4qab").kind
        'objective'
        >>> str(Ref("product", "nyc-departures"))
        'product:nyc-departures'
    """

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read ``kind:id``.

        Raises:
            BadReference: the text has another form.
        """
        kind, colon, identifier = text.strip().partition(":")
        if not (kind and colon and identifier):
            raise BadReference(
                _("'{text}' is not a reference.").format(text=text),
                action=_("Write kind:id, for instance objective:7k2m9x4qab."),
            )
        return cls(kind, identifier)
