"""``Measure``: how an indicator is computed from predictions, their labels and feedback."""

from typing import Literal

import msgspec

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.measures.expression import check_expression

__all__ = ["BadMeasure", "Measure"]


class BadMeasure(FilrougeError):
    """A measure's definition makes no sense."""

    code = "measure.bad-definition"


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A mean, sum, quantile or ratio over predictions.

    Attributes:
        kind: ``ratio`` divides the sum of ``value`` by the sum of ``over``.
        value: expression of one prediction.
        over: the ratio's denominator, an expression too.
        q: the quantile wanted, 0 to 1.
        where: only predictions for which this holds; a null does not hold.
        unit: for people (``min``, ``%``).

    Example:
        >>> Measure(kind="ratio", value="verdict == 'accepted'", over="not is_null(verdict)").check()
    """

    kind: Literal["mean", "sum", "quantile", "ratio"] = "mean"
    value: str
    over: str = ""
    q: float | None = None
    where: str = ""
    unit: str = ""

    def check(self) -> None:
        """Check everything that can be checked without data.

        Raises:
            BadMeasure: a part is missing or too much; ``BadExpression``; ``Faults``: several.
        """
        faults: list[FilrougeError] = []
        if (self.kind == "ratio") != bool(self.over):
            faults.append(BadMeasure(_("A ratio, and only a ratio, has 'over'."), where=self.value))
        if (self.kind == "quantile") != (self.q is not None):
            faults.append(BadMeasure(_("A quantile, and only a quantile, has 'q'."), where=self.value))
        if self.q is not None and not 0 <= self.q <= 1:
            faults.append(
                BadMeasure(_("'q' is {q}; it lies between 0 and 1.").format(q=self.q), where=self.value)
            )
        for text in filter(None, (self.value, self.over, self.where)):
            try:
                check_expression(text)
            except FilrougeError as error:
                faults += error.faults if isinstance(error, Faults) else [error]
        Faults.raise_if_any(faults)
