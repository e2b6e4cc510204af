"""User tests of a mock-up: the course of the four criteria, then each session in full (EXP-11)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.user_tests import Ipap, UserTest, next_session, sessions_of
from filrouge.explore.user_tests.words import IPAP
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import find, listed
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Visit, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/user-tests")

QUESTIONS = {
    Ipap.INTUITIVE: N_("Is what it shows understood at once?"),
    Ipap.PRACTICAL: N_("Does it come at the right moment, beside their other tools?"),
    Ipap.ACTIONABLE: N_("Do they see what to do with it?"),
    Ipap.PERSONALISABLE: N_("Can each of them make it their own?"),
}
SCORES = {number: str(number) for number in range(1, 6)}
SATISFACTORY = {"true": N_("satisfactory"), "false": N_("not satisfactory yet")}
_WIDTH, _STEP = 200, 11


@dataclass(frozen=True)
class Course:
    """A criterion from session to session.

    Args:
        points: place and score of each session that has one, in a box of 200 by 56.
        latest: the newest score; none when nobody was asked.
        change: by how much it moved since the first.
    """

    criterion: Ipap
    title: str
    question: str
    points: tuple[tuple[float, float, int], ...]
    latest: int | None
    change: int

    @property
    def line(self) -> str:
        """The points as an SVG path."""
        return "M" + "L".join(f"{x:g} {y:g}" for x, y, _score in self.points) if self.points else ""


@dataclass(frozen=True)
class UserTestsPage:
    """The context of the page.

    Args:
        tests: the sessions of the idea, newest first, each with what the one before asked to change.
    """

    idea: Idea | None
    ideas: tuple[Idea, ...]
    tests: tuple[tuple[UserTest, str], ...]
    courses: tuple[Course, ...]
    criteria: dict[Ipap, str]
    questions: dict[Ipap, str]
    scores: dict[int, str]
    satisfactory: dict[str, str]


@router.get("")
def user_tests(visit: Visiting, product_id: str, idea: str = "", show: str = "") -> Response:
    """The tests of one idea: the one asked for, or the one that has any."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = _page(session, product_id, idea, show)
        return visit.render("explore/user_tests.html", page, title=_("User tests"), product=head)


def _page(session: Session, product_id: str, wanted: str, show: str) -> UserTestsPage:
    by_idea = {test.id: test.idea_id for test in listed(session, UserTest, product_id)}
    wanted = by_idea.get(show, wanted)
    tested = set(by_idea.values())
    every = listed(session, Idea, product_id)
    ideas = [one for one in every if one.state == IdeaState.KEPT or one.id in tested] or every
    ideas.sort(key=lambda one: one.id not in tested)
    idea = next((one for one in ideas if one.id == wanted), next(iter(ideas), None))
    tests = sessions_of(session, product_id, idea.id) if idea else []
    asked = ["", *(one.to_change for one in tests)]
    return UserTestsPage(
        idea=idea,
        ideas=tuple(ideas),
        tests=tuple(reversed(list(zip(tests, asked, strict=False)))),
        courses=tuple(_course(one, tests) for one in Ipap) if tests else (),
        criteria=IPAP,
        questions=QUESTIONS,
        scores=SCORES,
        satisfactory=SATISFACTORY,
    )


def _course(criterion: Ipap, tests: list[UserTest]) -> Course:
    step = (_WIDTH - 16) / max(1, len(tests) - 1)
    points = []
    for place, test in enumerate(tests):
        score = test.score(criterion)
        if score is not None:
            points.append(
                (8 + place * step if len(tests) > 1 else _WIDTH - 8, 6 + (5 - score) * _STEP, score)
            )
    latest = points[-1][2] if points else None
    change = points[-1][2] - points[0][2] if points else 0
    return Course(criterion, IPAP[criterion], QUESTIONS[criterion], tuple(points), latest, change)


@router.post("/{identifier}/again")
def again(visit: Editing, product_id: str, identifier: str, title: Annotated[str, Form()]) -> Response:
    """The next session, on the same scenario."""
    with visit.workspace.transaction(visit.session.name) as session:
        made = next_session(session, find(session, UserTest, identifier, product_id=product_id), title)
    return _back(visit, product_id, made.id)


def _back(visit: Visit, product_id: str, identifier: str) -> Response:
    return visit.see(f"/products/{product_id}/user-tests?show={identifier}#user_test-{identifier}")
