"""What a study says: six measured answers, each a verdict, a sentence, findings and the evidence.

Sentences are kept as a message with its values, so that a study reads in the language of its reader.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from filrouge.kernel.figures import day, figure, percent
from filrouge.kernel.i18n import N_, _

__all__ = [
    "ANSWERED",
    "HUMAN",
    "MEASURED",
    "SHORT",
    "VERDICTS",
    "Answer",
    "Bars",
    "Finding",
    "Question",
    "Said",
    "Study",
    "Table",
    "TableRead",
    "Verdict",
    "cell",
    "worst",
]


class Verdict(StrEnum):
    """The answer to a question, from best to worst; then the lack of one."""

    YES = "yes"
    WITH_CARE = "with_care"
    NO = "no"
    NOT_MEASURED = "not_measured"


VERDICTS = {
    Verdict.YES: N_("yes"),
    Verdict.WITH_CARE: N_("with care"),
    Verdict.NO: N_("no"),
    Verdict.NOT_MEASURED: N_("not measured"),
}
"""Verdicts in words."""

ANSWERED = {**VERDICTS, Verdict.NOT_MEASURED: N_("no answer")}
"""Verdicts in words where people answer too."""


class Question(StrEnum):
    """The eight questions of EXP-12, in their order."""

    PRESENCE = "presence"
    ACCESS = "access"
    QUALITY = "quality"
    JOINABILITY = "joinability"
    RELEVANCE = "relevance"
    PROMISE = "promise"
    TOOLS = "tools"
    FREQUENCY = "frequency"


MEASURED = {
    Question.PRESENCE: N_("Is the data present?"),
    Question.ACCESS: N_("Can it be read?"),
    Question.QUALITY: N_("Is it of quality?"),
    Question.JOINABILITY: N_("Do the tables join?"),
    Question.RELEVANCE: N_("Is there enough to learn from?"),
    Question.PROMISE: N_("Is a first simple model promising?"),
}
"""What data answers."""

SHORT = {
    Question.PRESENCE: N_("presence"),
    Question.ACCESS: N_("access"),
    Question.QUALITY: N_("quality"),
    Question.JOINABILITY: N_("joinability"),
    Question.RELEVANCE: N_("statistical relevance"),
    Question.PROMISE: N_("first model"),
    Question.TOOLS: N_("tools"),
    Question.FREQUENCY: N_("frequency"),
}
"""The eight questions in a word or two."""

HUMAN = {
    Question.TOOLS: N_("Are the tools supported?"),
    Question.FREQUENCY: N_("Does the legacy sustain the frequency?"),
}
"""What people answer."""


class Said(msgspec.Struct, frozen=True):
    """A message with its values: ``share…`` in hundredths, ``start`` and ``end`` (ISO 8601) as instants."""

    text: str
    args: dict[str, Any] = {}

    def __str__(self) -> str:
        return _(self.text).format(**{name: _shown(name, value) for name, value in self.args.items()})


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Said):
        return str(value)
    if isinstance(value, Mapping):
        return str(Said(value["text"], value.get("args", {})))
    if isinstance(value, list | tuple):
        return ", ".join(_shown(name, one) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not name.startswith("share"):
            return figure(value, trim=True)
        return percent(value) if value == 0 or value >= 0.0005 else f"< {percent(0.001)}"
    if isinstance(value, str) and name in {"start", "end"}:
        with suppress(ValueError):  # an earlier study keeps its words
            value = moment_words(datetime.fromisoformat(value))
    return "–" if value is None else str(value)


def cell(value: Any, kind: str) -> str:
    """A cell of a table of evidence, by the kind of its column (``Table``)."""
    return _shown({"share": "share", "moment": "start"}.get(kind, ""), value)


def kept(at: datetime | date | None) -> str:
    """An instant as a study keeps it; it is told in the language of who reads."""
    return "" if at is None else at.isoformat()


def moment_words(at: datetime | date | None) -> str:
    """A day, with its hour where it has one.

    Example:
        >>> moment_words(datetime(2013, 3, 1, 9, 5))
        '1 Mar 2013, 09:05'
    """
    if not isinstance(at, datetime):
        return "" if at is None else day(datetime(at.year, at.month, at.day))
    return day(at) if (at.hour, at.minute) == (0, 0) else f"{day(at)}, {at:%H:%M}"


class Finding(msgspec.Struct, frozen=True):
    """One fact: how much it weighs on its question, and the fact."""

    verdict: Verdict
    said: Said


class Table(msgspec.Struct, frozen=True, tag="table"):
    """Evidence as rows; ``columns``: headings, each ``text``, ``number``, ``share`` or ``moment``."""

    title: str
    columns: list[tuple[str, str]]
    rows: list[list[Any]]


class Bars(msgspec.Struct, frozen=True, tag="bars"):
    """Evidence as bars: a label and its value; ``kind`` says how it reads."""

    title: str
    items: list[tuple[Any, float]]
    kind: str = "number"

    @property
    def longest(self) -> float:
        """The largest value, 1 at least of what is zero."""
        return max((abs(value) for _label, value in self.items), default=0.0) or 1.0


class Answer(msgspec.Struct, frozen=True):
    """The answer to one question."""

    question: Question
    verdict: Verdict
    said: Said
    findings: list[Finding] = []
    evidence: list[Table | Bars] = []


class TableRead(msgspec.Struct, frozen=True):
    """One table that was measured, as the record keeps it."""

    name: str
    files: list[str]
    format: str
    rows: int
    columns: int
    size: int
    digest: str


class Study(msgspec.Struct, frozen=True):
    """What was measured, and the six answers."""

    target: str
    time: str
    tables: list[TableRead]
    answers: list[Answer]
    said: Said
    sample: int = 0
    """Rows that the finer measures looked at; 0: all of them."""
    seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """The worst of the answers; tables that do not join spoil nothing that stands in one of them."""
        mild = {Verdict.NO: Verdict.WITH_CARE}
        joins = Question.JOINABILITY
        return worst(
            mild.get(one.verdict, one.verdict) if one.question == joins else one.verdict
            for one in self.answers
        )

    def answer(self, question: Question) -> Answer:
        """The answer to one of the six."""
        return next(one for one in self.answers if one.question == question)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Study":
        """From ``as_dict``."""
        return msgspec.convert(plain, cls)


def worst(verdicts: Iterable[Verdict], floor: Verdict = Verdict.YES) -> Verdict:
    """The worst of some verdicts; what was not measured counts for nothing.

    Example:
        >>> worst([Verdict.YES, Verdict.NOT_MEASURED, Verdict.WITH_CARE])
        <Verdict.WITH_CARE: 'with_care'>
    """
    order: Sequence[Verdict] = (Verdict.YES, Verdict.WITH_CARE, Verdict.NO)
    ranks = [order.index(one) for one in (floor, *verdicts) if one in order]
    return order[max(ranks)]
