"""A 5-Whys session: from an objective up to what it is for (EXP-1)."""

import re
from typing import Any

from sqlalchemy.orm import Session

from filrouge.explore.objectives.model import Objective
from filrouge.kernel.i18n import _
from filrouge.storage.editing import BadField, create, edit

__all__ = ["WHYS", "answer_why", "change_why", "drop_why", "goal_in", "next_question", "raise_above"]

WHYS = 5
"""How many times one asks; a session may stop earlier, or go on."""
_BECAUSE = re.compile(r"\s*(?:because(?:\s+of)?\b|parce\s+qu(?:e\b|['’]))[\s,:…]*", re.IGNORECASE)


def next_question(objective: Objective) -> str:
    """The question that comes next: why the objective, or why the latest answer."""
    latest = goal_in(str(objective.five_whys[-1]["answer"])) if objective.five_whys else objective.statement
    return _("Why “{statement}”?").format(statement=latest.rstrip(" .?!"))


def goal_in(answer: str) -> str:
    """What an answer names, without the word that makes it an answer.

    Example:
        >>> goal_in("Because patients forget"), goal_in("parce qu'ils oublient"), goal_in("A full clinic")
        ('Patients forget', 'Ils oublient', 'A full clinic')
    """
    rest = _BECAUSE.sub("", answer, count=1) if _BECAUSE.match(answer) else answer
    return rest[:1].upper() + rest[1:] if rest else answer


def answer_why(session: Session, objective: Objective, answer: str) -> Objective:
    """Answer the next question.

    Raises:
        BadField: the answer is empty.
    """
    entry = {"question": next_question(objective), "answer": _written(objective, answer)}
    return edit(session, objective, five_whys=[*objective.five_whys, entry])


def change_why(
    session: Session,
    objective: Objective,
    place: int,
    *,
    answer: str | None = None,
    question: str | None = None,
) -> Objective:
    """Write another answer at ``place`` (from 0), or ask in other words; what comes later stays as it is.

    Raises:
        BadField: there is no such answer, or the new text is empty.
    """
    whys = _whys(objective, place)
    said = {"question": question, "answer": answer}
    whys[place] |= {key: _written(objective, text) for key, text in said.items() if text is not None}
    return edit(session, objective, five_whys=whys)


def drop_why(session: Session, objective: Objective, place: int) -> Objective:
    """Take an answer and those that rest on it away.

    Raises:
        BadField: there is no such answer.
    """
    return edit(session, objective, five_whys=_whys(objective, place)[:place])


def raise_above(session: Session, objective: Objective, place: int) -> Objective:
    """Make an answer the objective above this one; it takes the answers beyond it along.

    Raises:
        BadField: there is no such answer.
    """
    whys = _whys(objective, place)
    above = create(
        session,
        Objective,
        str(objective.product_id),
        statement=goal_in(str(whys[place]["answer"])),
        parent_id=objective.parent_id,
        five_whys=whys[place + 1 :],
    )
    edit(session, objective, parent_id=above.id, five_whys=whys[: place + 1])
    return above


def _whys(objective: Objective, place: int) -> list[dict[str, Any]]:
    if not 0 <= place < len(objective.five_whys):
        raise BadField(
            _("There is no answer {number}.").format(number=place + 1),
            where=f"objective:{objective.id}: five_whys",
            action=_("Reload the page: somebody may have taken it away."),
        )
    return [dict(entry) for entry in objective.five_whys]


def _written(objective: Objective, answer: str) -> str:
    text = " ".join(answer.split())
    if not text:
        raise BadField(
            _("A why cannot be empty."),
            where=f"objective:{objective.id}: five_whys",
            action=_("Say what this is for, in one sentence."),
        )
    return text
