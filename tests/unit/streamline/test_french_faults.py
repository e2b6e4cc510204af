"""Faults of the factory, as a French reader gets them; English elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import pytest

from filrouge import Contract, Window, column, model, source
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import use_language
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.frame_check import ContractBroken, require_frame
from filrouge.streamline.pipelines.graph import build_graph
from filrouge.streamline.registry.ledger import rollback
from filrouge.streamline.serving.door import Door
from filrouge.streamline.training.table import training_table

NOON = datetime(2013, 1, 1, 12, tzinfo=UTC)


class Trips(Contract):
    trip: str
    stops: Annotated[int, column(ge=1, unit="stops")]


def in_french(act: Callable[[], object]) -> str:
    """What an act is refused with, in French; the same words in English have nothing of it."""
    with pytest.raises(FilrougeError) as plain:
        act()
    with use_language("fr"), pytest.raises(FilrougeError) as caught:
        act()
    assert str(plain.value) != str(caught.value)
    assert "«" not in str(plain.value)
    return str(caught.value).replace("\xa0", " ").replace("\u202f", " ")


def test_a_contract_that_is_broken_is_told_in_french_with_its_plurals():
    one = pl.DataFrame({"trip": ["a", "b"], "stops": [1, 0]})
    both = one.with_columns(stops=pl.Series([0, -1]))
    said = in_french(lambda: require_frame(Trips, one))
    assert "Le contrat est rompu en 1 point." in said
    assert "stops : doit être au moins 1 (stops), dans 1 ligne (par exemple 0)" in said
    said = in_french(lambda: require_frame(Trips, both.drop("trip"), key="trip"))
    assert "rompu en 2 points" in said
    assert "trip : la colonne doit être présente" in said
    assert "dans 2 lignes (par exemple 0, -1)" in said
    with pytest.raises(ContractBroken, match=r"in 1 way\..*stops: must be at least 1 \(stops\), in 1 row "):
        require_frame(Trips, one)


def test_every_mistake_of_a_graph_speaks_french():
    @source("trips", role="event", contract=Trips)
    def trips() -> pl.DataFrame: ...

    @model(target="late")
    def late(features: pl.DataFrame, labels: pl.DataFrame) -> object: ...

    said = in_french(lambda: build_graph([trips, late]))
    assert "« features » n’est pas une étape de ce produit." in said
    assert "Une source de rôle event a besoin de sa clé. Ajoutez key=… à son @source." in said
    assert "Aucune étiquette n’est déclarée pour la cible « late »." in said


@pytest.mark.parametrize(
    ("act", "french"),
    [
        (lambda: Window.parse("soon"), "« soon » n’est pas une période. Écrivez-la ainsi : 2013-01-01"),
        (lambda: Window(NOON, NOON), "Elle irait du 2013-01-01 12:00 jusqu’avant le 2013-01-01 12:00."),
        (
            lambda: Door(Trips).admit(b'{"rows": 1}'),
            '« rows » n’est pas une liste. Envoyez {"rows": [{…}, …]}',
        ),
        (lambda: Door(Trips).admit(b'{"rows": [], "explain": 1}'), "« explain » n’est ni true ni false."),
    ],
)
def test_what_a_person_gives_is_refused_in_french(act: Callable[[], object], french: str):
    assert french in in_french(act)


def test_features_that_lack_a_column_are_refused_in_french():
    frame = pl.DataFrame({"trip": ["a"], "leaves": [NOON], "late": [True]})

    def act() -> None:
        training_table(
            frame, frame.drop("late"), key=("trip",), time="leaves", target="late", known_at=None,
            start=NOON, end=NOON, as_of=NOON, where="late",
        )  # fmt: skip

    assert "Il manque aux étiquettes les colonnes late." in in_french(act)


def test_a_rollback_without_a_champion_is_refused_in_french(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        create_product(session, "Trips")
        said = in_french(lambda: rollback(session, "trips", who="ana", why="Worse"))
    assert "Rien ne sert encore dans ce produit." in said
    assert "filrouge models promote trips VERSION" in said
