"""Faults of flows, as a French reader gets them; English elsewhere."""

from pathlib import Path

import pytest

from filrouge import bootstrap
from filrouge.flows.backup.manifest import read_manifest
from filrouge.flows.canvas_paper import canvas_named
from filrouge.flows.product_yaml import import_product, read_document
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import use_language
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace


def plain(error: FilrougeError) -> str:
    return str(error).replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ("", "Le fichier est vide. Écrivez-en un avec : filrouge export"),
        ("a: *b", "L’alias « *b » n’est pas permis. Écrivez le texte en entier."),
        ("a: [", "Ce n’est pas du YAML."),
        ("schema: 9\nproduct: {id: p, title: T}", "Le schéma « 9 » est inconnu."),
        (
            "schema: 1\nproduct: {id: p, title: T, color: red}",
            "Il n’y a pas de champ « color » dans « produit ».",
        ),
        ("schema: 1\nproduct: {title: T}", "« id » manque. Donnez-lui un nom court, qui n’est qu’à lui."),
        ("schema: 1\nproduct: {id: p, title: T}\nideas: 3", "Une liste est attendue."),
        (
            "schema: 1\nproduct: {id: p, title: T}\nlinks: [a b]",
            "Un lien s’écrit « type:id relation type:id ».",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_french(text: str, french: str):
    with use_language("fr"), pytest.raises(FilrougeError) as caught:
        read_document(text)
    assert french in plain(caught.value)
    with pytest.raises(FilrougeError) as caught:
        read_document(text)
    assert "«" not in str(caught.value)


def test_an_import_that_takes_the_ids_of_another_product_is_refused_in_french(sqlite_workspace: Workspace):
    text = "schema: 1\nproduct: {id: %s, title: T}\nideas: [{id: warn, title: Warn}]\n"
    with sqlite_workspace.transaction("ana") as session:
        import_product(session, text % "one")
        with use_language("fr"), pytest.raises(FilrougeError) as caught:
            import_product(session, text % "two")
    assert "idea:warn appartient au produit « one »." in plain(caught.value)
    assert "filrouge import product.yaml --as NOUVEAU-PRODUIT" in plain(caught.value)


def test_other_faults_of_flows_speak_french(sqlite_workspace: Workspace, tmp_path: Path):
    with use_language("fr"):
        with pytest.raises(FilrougeError) as caught:
            read_manifest(b"{", "a.tar", revision="1")
        assert "Le manifeste est illisible." in plain(caught.value)
        assert "Prenez une autre sauvegarde." in plain(caught.value)
        with sqlite_workspace.transaction("ana") as session:
            create_product(session, "Trips")
            with pytest.raises(FilrougeError) as caught:
                canvas_named(session, "trips")
        assert "Le produit « trips » n’a pas de canvas." in plain(caught.value)
        with pytest.raises(FilrougeError) as caught:
            bootstrap.server_named("nothing")
        assert "Cette installation ne déclare pas de serveur « nothing »." in plain(caught.value)
