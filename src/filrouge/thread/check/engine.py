"""Running the rules: by phase, with the workspace's severities, thresholds, gates and waivers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from sqlalchemy.orm import Session

from filrouge.kernel.figures import day
from filrouge.kernel.i18n import _
from filrouge.storage.product import Phase, Product
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.policy import BadCheckSettings, Policy
from filrouge.thread.check.records import NeedsRecords
from filrouge.thread.check.report import Failure, Finding, Report, fingerprint
from filrouge.thread.check.rule import Fact, Rule, Severity
from filrouge.thread.check.waivers import Waiver, waivers_of
from filrouge.thread.kinds import page_of
from filrouge.thread.nodes import Nodes
from filrouge.thread.ref import Ref

__all__ = ["BadCheckSettings", "Failure", "Finding", "Policy", "Report", "check"]


def check(session: Session, product: Product, rules: Iterable[Rule], policy: Policy, nodes: Nodes) -> Report:
    """Check one product.

    Nothing is reported for a phase that the product has not reached; of a retired product, only what retiring
    asks. A rule that raises is reported with its
    code, and the others still run.
    """
    now = session.info["clock"].now()
    facts = Facts(session, product, nodes, now, policy.thresholds)
    waivers = waivers_of(session, product.id)
    findings: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    failures: list[Failure] = []
    applied: list[str] = []
    skipped: list[str] = []
    ahead: list[Rule] = []
    phase = Phase(product.phase)
    for rule in sorted(rules, key=lambda rule: rule.order):
        severity = policy.severity_of(rule)
        if severity is None:
            continue
        if not phase.asked(rule.phase):
            if phase is not Phase.RETIRED:
                ahead.append(rule)
            continue
        gated = policy.gates(rule)
        try:
            with _apart(session):
                found = list(rule.find(facts))
        except NeedsRecords:
            skipped.append(rule.code)
            continue
        except Exception as error:  # noqa: BLE001  (a broken rule must not hide the others)
            applied.append(rule.code)
            failures.append(Failure(rule.code, f"{type(error).__name__}: {error}", gated))
            continue
        applied.append(rule.code)
        seen: Counter[Ref] = Counter()
        for fact in found:
            number = seen[fact.ref]
            seen[fact.ref] += 1
            waiver = next((one for one in waivers if one.covers(rule.code, fact.ref, now)), None)
            lapsed = "" if waiver else _lapsed(waivers, rule.code, fact.ref, now)
            mark = fingerprint(product.id, rule.code, fact.ref, number)
            finding = _finding(rule, severity, fact, product.id, gated=gated, mark=mark, lapsed=lapsed)
            if waiver is None:
                findings.append(finding)
            else:
                waived.append((finding, waiver))
    return Report(
        product.id,
        product.title,
        phase.value,
        now,
        tuple(applied),
        tuple(findings),
        tuple(waived),
        tuple(failures),
        tuple(skipped),
        tuple(ahead),
    )


def _apart(session: Session) -> AbstractContextManager[object]:
    """A savepoint keeps PostgreSQL's transaction usable when a rule's query fails; SQLite needs none."""
    return session.begin_nested() if session.get_bind().dialect.name == "postgresql" else nullcontext()


def _finding(
    rule: Rule, severity: Severity, fact: Fact, product_id: str, *, gated: bool, mark: str, lapsed: str
) -> Finding:
    return Finding(
        rule.code,
        severity,
        fact.ref,
        fact.text,
        _(rule.why),
        fact.mend or _(rule.mend),
        fact.path or page_of(fact.ref, product_id),
        fact.command,
        gated,
        mark,
        lapsed,
    )


def _lapsed(waivers: Sequence[Waiver], code: str, ref: Ref, now: datetime) -> str:
    """The last waiver of a finding that ended, in words."""
    ended = [one for one in waivers if one.concerns(code, ref) and one.expires_at <= now]
    if not ended:
        return ""
    last = max(ended, key=lambda one: one.expires_at)
    return _("The waiver of {author} (“{reason}”) ended on {day}.").format(
        author=last.author, reason=last.reason, day=day(last.expires_at)
    )
