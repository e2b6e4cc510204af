"""Roles in a product, and what somebody may do with all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import N_, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

__all__ = ["ROLES", "Access", "Role", "UnknownRole", "role_named"]


class Role(StrEnum):
    """What somebody does in a product; each role may do what the ones before it may."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    MAINTAINER = "maintainer"
    ADMIN = "admin"

    def reaches(self, need: "Role") -> bool:
        """Whether this role may do what ``need`` may.

        Example:
            >>> Role.MAINTAINER.reaches(Role.CONTRIBUTOR), Role.VIEWER.reaches(Role.ADMIN)
            (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(need)


class UnknownRole(FilrougeError):
    """No role is called this."""

    code = "account.unknown-role"
    status = 422


def role_named(text: str) -> Role:
    """The role that a person wrote.

    Raises:
        UnknownRole: there is none.
    """
    try:
        return Role(text.strip().lower())
    except ValueError:
        raise UnknownRole(
            _("There is no role “{role}”.").format(role=text), action=did_you_mean(text, list(Role))
        ) from None


ROLES = {
    Role.VIEWER: N_("viewer"),
    Role.CONTRIBUTOR: N_("contributor"),
    Role.MAINTAINER: N_("maintainer"),
    Role.ADMIN: N_("admin"),
}
"""The words of the roles, translated where they are shown."""


@dataclass(frozen=True)
class Access:
    """What one session may do.

    Args:
        everywhere: the role in all products and in the workspace itself; none for most people.
        products: the role by product.
        ceiling: no more than this, whatever the person's roles: what a token or a guest is limited to.

    Example:
        >>> ana = Access(products={"departures": Role.MAINTAINER})
        >>> ana.may(Role.CONTRIBUTOR, "departures"), ana.may(Role.VIEWER, "arrivals")
        (True, False)
    """

    everywhere: Role | None = None
    products: Mapping[str, Role] = field(default_factory=dict)
    ceiling: Role = Role.ADMIN

    def role_in(self, product_id: str) -> Role | None:
        """The role in a product; none when it is not even seen."""
        held = [role for role in (self.everywhere, self.products.get(product_id)) if role is not None]
        if not held:
            return None
        order = list(Role)
        return min(max(held, key=order.index), self.ceiling, key=order.index)

    def may(self, need: Role, product_id: str | None = None) -> bool:
        """Whether somebody may do what ``need`` may, in a product or (without one) in the workspace.

        In the workspace itself everybody reads what is theirs, and who may change anything at all may
        start a product; the rest takes a role that holds everywhere.
        """
        if not self.ceiling.reaches(need):
            return False
        if product_id is not None:
            role = self.role_in(product_id)
            return role is not None and role.reaches(need)
        if need in {Role.VIEWER, Role.CONTRIBUTOR}:
            return True
        return self.everywhere is not None and self.everywhere.reaches(need)

    def seen(self, column: Any) -> "ColumnElement[bool]":
        """The condition of a query for what may be seen, by the column with the product's id."""
        from sqlalchemy import true

        found: ColumnElement[bool] = true() if self.everywhere else column.in_(sorted(self.products))
        return found
