"""A study as text and as Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrouge.explore.feasibility.words import (
    HUMAN,
    MEASURED,
    VERDICTS,
    Bars,
    Question,
    Study,
    Table,
    Verdict,
    cell,
)
from filrouge.kernel.i18n import _

__all__ = ["Told", "as_lines", "as_markdown"]


@dataclass(frozen=True)
class Told:
    """What people answered to one of the two questions that no data answers."""

    question: Question
    verdict: Verdict | None
    note: str = ""


_NOBODY = (Told(Question.TOOLS, None), Told(Question.FREQUENCY, None))
_SIGNS = {Verdict.YES: "+", Verdict.WITH_CARE: "~", Verdict.NO: "-", Verdict.NOT_MEASURED: " "}


def as_lines(study: Study, people: Sequence[Told] = _NOBODY) -> Iterator[str]:
    """The study for a terminal: the sentence, the eight answers, the facts under each."""
    yield str(study.said)
    yield ""
    for answer in study.answers:
        yield f"{_(MEASURED[answer.question])}  {_(VERDICTS[answer.verdict])}"
        yield f"    {answer.said}"
        for finding in answer.findings:
            if str(finding.said) != str(answer.said):
                yield f"  {_SIGNS[finding.verdict]} {finding.said}"
        for block in answer.evidence:
            if answer.question == Question.PROMISE and isinstance(block, Table):
                yield from _table(block)
    for told in people:
        yield f"{_(HUMAN[told.question])}  {_spoken(told)}"
    yield ""
    yield _how(study)


def as_markdown(study: Study, people: Sequence[Told] = _NOBODY, title: str = "") -> str:
    """The study as a document, with all its evidence."""
    lines = [
        f"# {title or _('Feasibility of {target}').format(target=study.target)}",
        "",
        f"**{study.said}**",
        "",
    ]
    lines += [f"| {_('question')} | {_('answer')} |", "|---|---|"]
    lines += [f"| {_(MEASURED[one.question])} | {_(VERDICTS[one.verdict])} |" for one in study.answers]
    lines += [f"| {_(HUMAN[told.question])} | {_spoken(told)} |" for told in people]
    for answer in study.answers:
        lines += [
            "",
            f"## {_(MEASURED[answer.question])} {_(VERDICTS[answer.verdict]).capitalize()}",
            "",
            str(answer.said),
        ]
        lines += ["", *[f"- {one.said}" for one in answer.findings if str(one.said) != str(answer.said)]]
        for block in answer.evidence:
            lines += ["", f"**{_(block.title)}**", "", *_markdown_block(block)]
    return "\n".join([*lines, "", _how(study), ""])


def _spoken(told: Told) -> str:
    word = _(VERDICTS[told.verdict]) if told.verdict is not None else _("nobody has said")
    return f"{word}: {told.note}" if told.note else word


def _how(study: Study) -> str:
    names = ", ".join(f"{one.name} ({one.rows:,} × {one.columns}, {one.digest[:12]})" for one in study.tables)
    text = _("Measured in {seconds} s on {names}.").format(seconds=study.seconds, names=names)
    if study.sample:
        text += " " + _("Counts are of all rows; the finer measures look at {n} of them.").format(
            n=f"{study.sample:,}"
        )
    return text


def _table(block: Table) -> Iterator[str]:
    kinds = [kind for _name, kind in block.columns]
    rows = [[cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in block.rows]
    heads = [_(name) for name, _kind in block.columns]
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    for row in [heads, *rows]:
        yield (
            "      " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        )


def _markdown_block(block: Table | Bars) -> list[str]:
    if isinstance(block, Table):
        heads = [_(name) for name, _kind in block.columns]
        rows = [
            [cell(value, kind) for value, (_name, kind) in zip(row, block.columns, strict=True)]
            for row in block.rows
        ]
    else:
        heads = ["", ""]
        rows = [[cell(label, "text"), cell(value, block.kind)] for label, value in block.items]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return lines + [f"| {' | '.join(text.replace('|', chr(92) + '|') for text in row)} |" for row in rows]
