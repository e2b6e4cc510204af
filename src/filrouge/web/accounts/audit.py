"""The audit log, for admins of the workspace: who did what to people's access, when, from where."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from filrouge.kernel.i18n import _
from filrouge.storage.accounts.audit import EVENTS, AuditEvent, audited
from filrouge.web.visit import Administering

__all__ = ["router"]

router = APIRouter(prefix="/audit")
_AT_ONCE = 100


@dataclass(frozen=True)
class AuditPage:
    """The context of the page; ``older`` is the query of the next page, empty on the last."""

    events: tuple[AuditEvent, ...]
    words: dict[str, str]
    event: str
    q: str
    product: str
    older: str


@router.get("")
def audit(visit: Administering, event: str = "", q: str = "", product: str = "", before: int = 0) -> Response:
    """The events, latest first: all, or those that match."""
    chosen = event if event in EVENTS else ""
    with visit.workspace.reading() as session:
        found = audited(
            session,
            events=[chosen] if chosen else [],
            words=q.strip()[:80],
            product_id=product.strip(),
            before=before,
            limit=_AT_ONCE + 1,
        )
        shown = tuple(found[:_AT_ONCE])
        more = len(found) > _AT_ONCE
        query = {"event": chosen, "q": q, "product": product, "before": shown[-1].id if shown else 0}
        page = AuditPage(shown, EVENTS, chosen, q, product, urlencode(query) if more else "")
        return visit.render("accounts/audit.html", page, title=_("Audit log"))
