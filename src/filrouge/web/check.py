"""The check of a product: each finding with its fact, its reason and the place where it is mended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.kernel.clock import as_utc
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import archive, find
from filrouge.storage.product import Phase
from filrouge.thread.check.policy import Policy
from filrouge.thread.check.report import Finding, Report
from filrouge.thread.check.results import Changed, CheckResult, changed_since, results_of
from filrouge.thread.check.rule import Rule, rule_named
from filrouge.thread.check.text import CHAPTER_TITLES
from filrouge.thread.check.waivers import Waiver, waive, waivers_of
from filrouge.thread.kinds import Station, kind_of
from filrouge.thread.nodes import Node
from filrouge.thread.ref import Ref
from filrouge.thread.stations import STATION_LABELS
from filrouge.web.check_trend import Trend, trend
from filrouge.web.overview import PHASES, head_of, mine, report_of
from filrouge.web.visit import Editing, Maintaining, Visiting

__all__ = ["router"]

router = APIRouter()
_MONTH = timedelta(days=30)
_WORDS = {"error": N_("error"), "warning": N_("warning"), "info": N_("note")}


@dataclass(frozen=True)
class Filters:
    """What the address of the page asks for."""

    severity: str = ""
    chapter: str = ""
    station: str = ""
    requirement: str = ""
    mine: bool = False

    def keeps(self, finding: Finding, my_things: frozenset[Ref]) -> bool:
        """Whether a finding is shown."""
        station = kind_of(finding.ref).station
        return (
            self.severity in ("", finding.severity.value)
            and self.chapter in ("", finding.code[:3])
            and self.station in ("", station.name if station else "")
            and self.requirement in ("", finding.requirement)
            and (not self.mine or finding.ref in my_things)
        )

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return self != Filters()


@dataclass(frozen=True)
class Group:
    """The findings of a chapter."""

    code: str
    title: str
    findings: tuple[Finding, ...]
    total: int


@dataclass(frozen=True)
class Mended:
    """What an earlier result had and this one has not."""

    code: str
    title: str
    thing: str


@dataclass(frozen=True)
class CheckPage:
    """The context of the page."""

    report: Report
    filters: Filters
    groups: tuple[Group, ...]
    shown: int
    severities: dict[str, str]
    chapters: dict[str, str]
    stations: dict[str, str]
    mine: int
    """How many findings concern what the visitor made, or answers for."""
    changed: Changed | None
    mended: tuple[Mended, ...]
    last: CheckResult | None
    """The last kept result; none before the first."""
    trend: Trend | None
    ahead: tuple[tuple[str, tuple[Rule, ...]], ...]
    """By phase to come: its word, and the rules that will apply."""
    waivers: tuple[Waiver, ...]
    now: datetime
    query: str
    """The filters as the end of an address."""
    fresh: bool
    """Whether the last kept result still holds."""
    latest: datetime
    """The last day that a waiver may end."""

    @property
    def until(self) -> datetime:
        """The end that a new waiver proposes."""
        return min(self.now + _MONTH, self.latest)


@router.get("/products/{product_id}/check")
def check(visit: Visiting, product_id: str, filters: Annotated[Filters, Depends()]) -> Response:
    """The findings, all or filtered."""
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        report = report_of(visit.workspace, session, product)
        results = results_of(session, product_id)
        own = mine(session, [one.ref for one in report.findings], visit.session.name)
        changed = changed_since(results, report)
        shown = [one for one in report.findings if filters.keeps(one, own)]
        gone = [mark.ref for mark in changed.mended] if changed else []
        page = CheckPage(
            report=report,
            filters=filters,
            groups=_groups(report, shown),
            shown=len(shown),
            severities={value: f"{_(word)} ({report.counts[value]})" for value, word in _WORDS.items()},
            chapters=_present(CHAPTER_TITLES, {one.code[:3] for one in report.findings}),
            stations=_stations(report),
            mine=sum(one.ref in own for one in report.findings),
            changed=changed,
            mended=_mended(changed, bootstrap.nodes().named(session, gone)),
            last=results[-1] if results else None,
            trend=trend(results),
            ahead=_ahead(report),
            waivers=tuple(waivers_of(session, product_id)),
            now=report.at,
            query=query_of(filters),
            fresh=bootstrap.checker(visit.workspace).known(session, [product])[product_id].fresh,
            latest=report.at + timedelta(days=visit.workspace.settings.check.longest_waiver_days),
        )
        return visit.render("check.html", page, title=_("Check"), product=head)


@router.post("/products/{product_id}/check")
def again(visit: Editing, product_id: str, back: Annotated[str, Form()] = "") -> Response:
    """Check the product again, and keep what was found: the next look says what changed."""
    bootstrap.checker(visit.workspace).run(visit.workspace, product_id, visit.session.name)
    return visit.see(f"/products/{product_id}/check{'?' + back if back else ''}")


@router.post("/products/{product_id}/waivers")
def set_aside(
    visit: Maintaining,
    product_id: str,
    rule: Annotated[str, Form()],
    until: Annotated[datetime, Form()],
    reason: Annotated[str, Form()] = "",
    ref: Annotated[str, Form()] = "",
) -> Response:
    """Set a finding aside, or a whole rule, with a reason and an end."""
    known = [one.code for one in bootstrap.rules()]
    concerned = Ref.parse(ref) if ref else None
    with visit.writing() as session:
        head_of(session, product_id)
        waive(session, product_id, rule, reason, as_utc(until), known=known, ref=concerned)
    return visit.see(f"/products/{product_id}/check#waived")


@router.post("/products/{product_id}/waivers/{waiver_id}/lift")
def lift(visit: Maintaining, product_id: str, waiver_id: str) -> Response:
    """Take a waiver back: what it covered is reported again. Its history stays."""
    with visit.writing() as session:
        archive(session, find(session, Waiver, waiver_id, product_id=product_id))
    return visit.see(f"/products/{product_id}/check#waived")


@dataclass(frozen=True)
class RulePage:
    """A rule, with what is in force."""

    rule: Rule
    severity: str
    chapter: str
    phase: str
    gated: bool
    thresholds: dict[str, tuple[float, float]]
    """By name: the value in force, and the method's own."""


@router.get("/rules/{code}")
def explain(visit: Visiting, code: str) -> Response:
    """What a rule asks, and why."""
    rules = bootstrap.rules()
    rule = rule_named(rules, code)
    policy = Policy.of(visit.workspace.settings.check, rules)
    severity = policy.severity_of(rule)
    page = RulePage(
        rule,
        _(_WORDS[severity.value]) if severity else _("off"),
        _(CHAPTER_TITLES[rule.chapter]),
        _(PHASES[rule.phase.value]),
        policy.gates(rule),
        {name: (policy.thresholds[name], own) for name, own in rule.thresholds.items()},
    )
    return visit.render("rule.html", page, title=rule.code)


def _groups(report: Report, shown: list[Finding]) -> tuple[Group, ...]:
    return tuple(
        Group(code, _(title), some, sum(one.code[:3] == code for one in report.findings))
        for code, title in CHAPTER_TITLES.items()
        if (some := tuple(one for one in shown if one.code[:3] == code))
    )


def _present(titles: dict[str, str], there: set[str]) -> dict[str, str]:
    return {code: _(title) for code, title in titles.items() if code in there}


def _stations(report: Report) -> dict[str, str]:
    there = {kind_of(one.ref).station for one in report.findings}
    return {station.name: _(STATION_LABELS[station]) for station in Station if station in there}


def _mended(changed: Changed | None, names: dict[Ref, Node]) -> tuple[Mended, ...]:
    rules = {rule.code: rule for rule in bootstrap.rules()}
    return tuple(
        Mended(mark.code, _(rules[mark.code].title), names[mark.ref].title if mark.ref in names else "")
        for mark in (changed.mended if changed else ())
        if mark.code in rules
    )


def _ahead(report: Report) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    by_phase = ((phase, tuple(one for one in report.ahead if one.phase is phase)) for phase in Phase)
    return tuple((phase.value, rules) for phase, rules in by_phase if rules)


def query_of(filters: Filters) -> str:
    """The filters as the end of an address."""
    told = {name: "1" if value is True else value for name, value in vars(filters).items() if value}
    return urlencode(told)
