"""What makes a kept result an old one covers what rules read."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from filrouge.bootstrap import checker
from filrouge.flows.checking import STAMPED
from filrouge.storage.base import Artefact
from filrouge.storage.product import Phase, Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.tables import Alert

SILENT = {Alert}
"""Counted at no station and read by no rule: only ``Nodes.counts`` asks, as for every kind."""


@pytest.fixture
def product(sqlite_workspace: Workspace) -> Product:
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="nyc", title="NYC", phase=Phase.LIVE))
    with sqlite_workspace.reading() as session:
        return product_named(session, "nyc")


def test_the_stamp_covers_every_record_that_rules_and_stations_read(
    sqlite_workspace: Workspace, product: Product
):
    read: set[type] = set()

    def note(state: ORMExecuteState) -> None:
        read.update(mapper.class_ for mapper in state.all_mappers)

    judge = checker(sqlite_workspace)
    with sqlite_workspace.reading() as session:
        event.listen(Session, "do_orm_execute", note)
        try:
            judge.report(session, product)
            from filrouge.thread.stations import stations

            stations(session, product.id, judge.nodes, judge.describers)
        finally:
            event.remove(Session, "do_orm_execute", note)
    records = {one for one in read if not issubclass(one, Artefact)}
    assert records - SILENT <= {model for model, _newest in STAMPED}


def test_the_same_state_has_the_same_stamp(sqlite_workspace: Workspace, product: Product):
    judge = checker(sqlite_workspace)
    with sqlite_workspace.reading() as session:
        assert judge.stamps(session, [product]) == judge.stamps(session, [product])
