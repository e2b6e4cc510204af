"""The study as a product keeps it: what was measured, on what, and what people answered (EXP-12)."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from filrouge.explore.feasibility.report import Told
from filrouge.explore.feasibility.words import Question, Study, Verdict
from filrouge.storage.base import Artefact

__all__ = ["FeasibilityStudy"]


class FeasibilityStudy(Artefact):
    """The eight answers of EXP-12: six measured, with their evidence, and two given by people."""

    __tablename__ = "feasibility_study"
    kind = "feasibility_study"
    plural = "feasibility_studies"

    title: Mapped[str]
    measured_at: Mapped[datetime]
    target: Mapped[str]
    time: Mapped[str] = mapped_column(default="")
    measured: Mapped[dict[str, Any]] = mapped_column(info={"shape": dict})
    """A ``Study`` as plain values: tables with the digests of their contents, answers, evidence."""
    tools: Mapped[Verdict | None]
    """Whether the tools are supported, as people say."""
    tools_note: Mapped[str] = mapped_column(default="")
    frequency: Mapped[Verdict | None]
    """Whether the legacy sustains the frequency, as people say."""
    frequency_note: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    @property
    def study(self) -> Study:
        """What was measured."""
        return Study.of(self.measured)

    @property
    def people(self) -> tuple[Told, Told]:
        """What people answered."""
        return (
            Told(Question.TOOLS, self.tools, self.tools_note),
            Told(Question.FREQUENCY, self.frequency, self.frequency_note),
        )

    @property
    def by_verdict(self) -> dict[Verdict, tuple[Question, ...]]:
        """The eight questions by their answer, the best answer first; what nobody said was not measured."""
        said = {one.question: one.verdict for one in self.study.answers}
        said |= {one.question: one.verdict or Verdict.NOT_MEASURED for one in self.people}
        found = {verdict: tuple(one for one in Question if said.get(one) == verdict) for verdict in Verdict}
        return {verdict: questions for verdict, questions in found.items() if questions}

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """The questions that have no answer yet."""
        measured = [one.question for one in self.study.answers if one.verdict == Verdict.NOT_MEASURED]
        people = [one.question for one in self.people if one.verdict in (None, Verdict.NOT_MEASURED)]
        return (*measured, *people)
