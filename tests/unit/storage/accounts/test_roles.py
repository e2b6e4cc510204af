"""What roles add up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrouge.storage.accounts.roles import Access, Role, UnknownRole, role_named

ROLE = st.sampled_from(list(Role))


@given(st.none() | ROLE, st.none() | ROLE, ROLE, ROLE)
def test_a_role_is_the_higher_of_two_below_the_ceiling(everywhere, held, ceiling, need):
    access = Access(everywhere, {"p": held} if held else {}, ceiling)
    order = list(Role)
    best = max([order.index(one) for one in (everywhere, held) if one] or [-1])
    reached = min(best, order.index(ceiling)) if best >= 0 else -1
    assert access.may(need, "p") == (reached >= order.index(need))
    assert access.role_in("other") == (None if everywhere is None else access.role_in("other"))


@given(ROLE, ROLE)
def test_in_the_workspace_products_give_no_more_than_writing(held, need):
    assert Access(products={"p": held}).may(need) == (need in {Role.VIEWER, Role.CONTRIBUTOR})


def test_a_guest_changes_nothing_anywhere():
    guest = Access(products={"p": Role.VIEWER}, ceiling=Role.VIEWER)
    assert [need for need in Role if guest.may(need) or guest.may(need, "p")] == [Role.VIEWER]


def test_a_misspelt_role_names_the_closest():
    assert role_named(" Maintainer ") is Role.MAINTAINER
    with pytest.raises(UnknownRole, match="viewer"):
        role_named("viewr")
