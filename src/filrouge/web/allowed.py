"""What a route needs: the product that a request concerns, and the role that it takes there."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from filrouge.kernel.i18n import _
from filrouge.storage.accounts.roles import ROLES, Access, Role
from filrouge.storage.product import Product, UnknownProduct
from filrouge.web.errors import NotAllowed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["allow", "concerned", "need_of"]

_BY_KIND = {
    "waiver": Role.MAINTAINER,
    "monitor": Role.MAINTAINER,
    "retirement_point": Role.MAINTAINER,
}
"""Kinds that set a rule aside or act on what serves."""
_BY_FIELD = {
    "product": {"phase": Role.MAINTAINER, "code": Role.MAINTAINER, "archived_at": Role.MAINTAINER},
    "canvas": {"signed_by": Role.MAINTAINER, "signed_at": Role.MAINTAINER},
}
"""Fields that decide more than their text: the code that runs, a signature."""


def need_of(kind: str, fields: Iterable[str]) -> Role:
    """The role that a change of these fields takes.

    Example:
        >>> need_of("canvas", ["title"]).value, need_of("canvas", ["title", "signed_by"]).value
        ('contributor', 'maintainer')
    """
    by_field = _BY_FIELD.get(kind, {})
    needs = [by_field[field] for field in fields if field in by_field]
    return max([_BY_KIND.get(kind, Role.CONTRIBUTOR), *needs], key=list(Role).index)


def concerned(session: "Session", path: Mapping[str, Any], access: Access) -> str | None:
    """The product that an address names: itself, or the one that its artefact belongs to.

    Who may not see it is told what somebody would be told whom nothing answers: that it does not exist.

    Raises:
        UnknownProduct: there is no such product, or it is not for these eyes.
        UnknownArtefact: the same of an artefact.
    """
    if "product_id" in path:
        product_id = str(path["product_id"])
        if access.role_in(product_id) is None:
            raise UnknownProduct(_("There is no product “{product}”.").format(product=product_id))
        return product_id
    if "kind" in path and "identifier" in path:
        return _product_of(session, str(path["kind"]), str(path["identifier"]), access)
    return None


def _product_of(session: "Session", kind: str, identifier: str, access: Access) -> str:
    from filrouge.storage.editing import UnknownArtefact, find
    from filrouge.storage.kinds import kind_named, kind_words

    table = kind_named(kind)
    found = session.get(table, identifier)
    if found is None and access.everywhere:
        find(session, table, identifier)  # it says what comes close
    product_id = "" if found is None else found.id if isinstance(found, Product) else str(found.product_id)
    if access.role_in(product_id) is None:
        raise UnknownArtefact(
            _("There is no {kind} “{id}”.").format(kind=kind_words(table.kind), id=identifier)
        )
    return product_id


def allow(access: Access, need: Role, product_id: str | None) -> None:
    """Let a request through, or refuse it.

    Raises:
        NotAllowed: the role does not suffice.
    """
    if access.may(need, product_id):
        return
    if not access.ceiling.reaches(need):
        raise NotAllowed(
            _("You may read here, and change nothing."), action=_("Ask for an account with a role.")
        )
    word = _(ROLES[need])
    if product_id is None:
        raise NotAllowed(_("This takes an admin of the workspace."), action=_("Ask one of them."))
    raise NotAllowed(
        _("This takes the role {role} in this product.").format(role=word),
        where=product_id,
        action=_("Ask an admin of the product for it."),
    )
