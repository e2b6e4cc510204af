"""The only place that assembles: it opens workspaces and hands each part what it needs."""

from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.kernel.settings import FILE_NAME, load_settings
from filrouge.storage.workspace import Workspace

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.config import Config
    from sqlalchemy.orm import Session

    from filrouge.flows.checking import Checker
    from filrouge.flows.notebook import NotebookWorkspace
    from filrouge.flows.typesetting import Typesetter
    from filrouge.streamline.training.recorder import Recorder
    from filrouge.thread.check.rule import Rule
    from filrouge.thread.nodes import Nodes
    from filrouge.thread.stations import Describer

__all__ = [
    "HEAD",
    "MODELS",
    "RULES",
    "MissingServer",
    "OutdatedWorkspace",
    "Server",
    "alembic_config",
    "checker",
    "describers",
    "init_workspace",
    "metadata",
    "migrate",
    "mirror",
    "nodes",
    "open",
    "open_workspace",
    "people",
    "recorder_of",
    "rules",
    "server_named",
    "typesetter",
]

HEAD = "0001"
"""The revision this code works with; a test holds it equal to the newest migration."""

MODELS = (
    "filrouge.storage.product",
    "filrouge.storage.history",
    "filrouge.storage.accounts.people",
    "filrouge.storage.accounts.sessions",
    "filrouge.storage.accounts.password_links",
    "filrouge.storage.accounts.identities",
    "filrouge.storage.accounts.shares",
    "filrouge.storage.accounts.tokens",
    "filrouge.storage.accounts.attempts",
    "filrouge.storage.accounts.audit",
    "filrouge.storage.comments",
    "filrouge.storage.mentions",
    "filrouge.storage.eventlog.tables",
    "filrouge.measures.values",
    "filrouge.streamline.monitoring.tables",
    "filrouge.thread.links",
    "filrouge.thread.check.waivers",
    "filrouge.thread.check.results",
    "filrouge.explore.objectives",
    "filrouge.explore.journeys",
    "filrouge.explore.ideas",
    "filrouge.explore.workshops",
    "filrouge.explore.canvas",
    "filrouge.explore.uncertainties",
    "filrouge.explore.feasibility.model",
    "filrouge.explore.prototypes",
    "filrouge.explore.user_tests",
    "filrouge.explore.decisions",
    "filrouge.organize.indicators",
    "filrouge.organize.story_map",
    "filrouge.organize.backlog",
    "filrouge.organize.hypotheses",
    "filrouge.streamline.pipelines.runs",
    "filrouge.streamline.registry.version",
    "filrouge.streamline.registry.ledger",
    "filrouge.flows.spreadsheet.tables",
    "filrouge.scale.retirement.model",
)
"""Every module that declares tables."""

RULES = (
    "filrouge.explore.rules",
    "filrouge.explore.workshops.rules",
    "filrouge.explore.canvas.rules",
    "filrouge.explore.canvas.data_source_rules",
    "filrouge.explore.feasibility.rules",
    "filrouge.explore.uncertainties.rules",
    "filrouge.explore.prototypes.rules",
    "filrouge.explore.user_tests.rules",
    "filrouge.explore.decisions.rules",
    "filrouge.organize.indicators.rules",
    "filrouge.organize.story_map.rules",
    "filrouge.organize.rules",
    "filrouge.streamline.rules",
    "filrouge.flows.rules",
    "filrouge.flows.retirement.rules",
    "filrouge.thread.check.rules",
)
"""Every module that lists rules of the check in ``RULES``."""

_FIRST_SETTINGS = """\
# Settings of this workspace. Every setting and its default: filrouge settings
# [storage]
# database = "postgresql://user@host/filrouge"
"""


class OutdatedWorkspace(FilrougeError):
    """The workspace's database was written by another version of Filrouge."""

    code = "workspace.outdated"
    status = 503


class MissingServer(FilrougeError):
    """The installation does not declare a server that a command starts."""

    code = "server.missing"
    status = 503


class Server(Protocol):
    """Something that runs until it is interrupted."""

    def __call__(
        self, workspace: Workspace, *, host: str, port: int, announce: Callable[[str], None]
    ) -> None:
        """Listen on ``host`` and ``port`` (0: a free one); ``announce`` is told where to go."""
        ...


def metadata() -> "sa.MetaData":
    """The tables of all parts."""
    from filrouge.storage.base import Base

    for module in MODELS:
        import_module(module)
    return Base.metadata


@cache
def rules() -> "tuple[Rule, ...]":
    """The rules of the check, from all chapters."""
    return tuple(rule for module in RULES for rule in import_module(module).RULES)


@cache
def nodes() -> "Nodes":
    """Everything that a reference may name."""
    from filrouge.streamline.monitoring.tables import Alert
    from filrouge.streamline.registry.ledger import LedgerEntry
    from filrouge.streamline.registry.version import ModelVersion, version_name
    from filrouge.thread.nodes import Nodes, NodeTable, artefact_tables

    metadata()
    version, entry = ModelVersion, LedgerEntry
    return Nodes(
        [
            *artefact_tables(),
            NodeTable("model_version", version.id, version.id, version.product_id, words=version_name),
            NodeTable("deployment", entry.id, entry.version_id, entry.product_id, words=version_name),
            NodeTable("alert", Alert.id, Alert.title, Alert.product_id),
        ]
    )


_NOBODY = frozenset({"system", "root", "worker", "watch", "demo", "oidc", "nobody", "file"})
"""Whom the history names where nobody acted, or the machine's own user."""


def people(session: "Session", product_id: str) -> tuple[str, ...]:
    """The names that a comment in a product can mention.

    Everybody with an account that may see it, who changed something in it, or who wrote a comment there; but
    neither guests, who read no comments, nor what acts by itself or as the machine's own user.
    """
    from filrouge.storage.accounts.people import access_of, accounts
    from filrouge.storage.accounts.roles import Role
    from filrouge.storage.accounts.sessions import is_guests
    from filrouge.storage.comments import authors
    from filrouge.storage.history import actors

    members = {one.name for one in accounts(session) if access_of(session, one).may(Role.VIEWER, product_id)}
    others = {*actors(session, product_id), *authors(session, product_id)} - _NOBODY
    return tuple(sorted(members | {name for name in others if not is_guests(name)}))


def describers() -> "tuple[Describer, ...]":
    """How the chapters speak of their stations of the thread."""
    from filrouge.flows.stations import describe

    return (describe,)


def checker(workspace: Workspace) -> "Checker":
    """What checks the products of a workspace."""
    from filrouge import __version__
    from filrouge.flows.checking import Checker

    return Checker(rules(), nodes(), describers(), workspace.settings.check, __version__)


def init_workspace(root: Path) -> Workspace:
    """Create a workspace in a folder, or complete the one that is there.

    Args:
        root: the folder; made when missing.

    Returns:
        The workspace, with its database at the current revision.
    """
    root.mkdir(parents=True, exist_ok=True)
    settings_file = root / FILE_NAME
    if not settings_file.exists():
        settings_file.write_text(_FIRST_SETTINGS, encoding="utf-8")
    ignore = root / ".filrouge" / ".gitignore"
    ignore.parent.mkdir(exist_ok=True)
    ignore.write_text("*\n", encoding="utf-8")
    workspace = Workspace(root.resolve(), load_settings(root), models=metadata)
    migrate(workspace)
    return workspace


def open_workspace(
    start: Path | None = None, overrides: Mapping[str, Mapping[str, Any]] | None = None
) -> Workspace:
    """The workspace in or above ``start`` (the current folder by default), ready to use.

    Raises:
        NoWorkspace: there is none.
        OutdatedWorkspace: its database needs `filrouge migrate`, or a newer Filrouge.
    """
    workspace = Workspace.at(start or Path.cwd(), overrides, models=metadata)
    found = _revision(workspace)
    if found != HEAD:
        raise OutdatedWorkspace(
            _("The workspace's database does not match this version of Filrouge."),
            where=str(workspace.root),
            why=_("It is at revision {found}; this version works with {wanted}.").format(
                found=found or _("none"), wanted=HEAD
            ),
            action=_("Run: filrouge migrate"),
        )
    return workspace


def open(start: Path | str | None = None, *, actor: str = "") -> "NotebookWorkspace":
    """Open a workspace for a notebook or a script.

    Args:
        start: a folder in the workspace; the current one by default.
        actor: who the history names; the system's user by default.

    Example:
        >>> import tempfile, filrouge as fr
        >>> folder = init_workspace(Path(tempfile.mkdtemp())).root
        >>> product = fr.open(folder, actor="ana").add_product("nyc", "NYC departures")
        >>> product.hypotheses.add(statement="We believe in wind").state.value
        'open'
        >>> [item.label for item in product.hypotheses.all()]
        ['We believe in wind']
    """
    import getpass

    from filrouge.flows.notebook import NotebookWorkspace

    metadata()
    workspace = open_workspace(Path(start) if start else None)
    return NotebookWorkspace(workspace, actor or getpass.getuser(), checker(workspace))


def migrate(workspace: Workspace) -> None:
    """Bring the database to the current revision; nothing happens when it is there.

    Raises:
        OutdatedWorkspace: the database was written by a newer Filrouge.
    """
    found = _revision(workspace)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise OutdatedWorkspace(
            _("The database is at revision {found}, which this version does not know.").format(found=found),
            action=_("Install a newer version: pip install --upgrade filrouge"),
        )
    from alembic import command

    config = alembic_config()
    # One transaction, so that a failed migration leaves the database as it was.
    with workspace.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def recorder_of(workspace: Workspace) -> "Recorder":
    """What shows the workspace's runs and models elsewhere: MLflow.

    Raises:
        MissingExtra: MLflow is not installed.
    """
    from filrouge.integrations.mlflow.recorder import MlflowRecorder

    return MlflowRecorder.of(workspace)


def mirror(workspace: Workspace, product_id: str) -> None:
    """After a change of what serves: the recorder's aliases say what the ledger says.

    Without MLflow there is nothing to tell; a failure of its store is a warning, for the ledger has it all.
    """
    from filrouge.kernel.errors import MissingExtra
    from filrouge.streamline.training.recorder import mirror_ledger

    try:
        recorder = recorder_of(workspace)
    except MissingExtra:
        return
    mirror_ledger(workspace, product_id, recorder)


def typesetter() -> "Typesetter":
    """What makes PDF and PNG files: Typst.

    Raises:
        MissingExtra: it is not installed.
    """
    from filrouge.integrations.typst.typesetter import TypstTypesetter

    return TypstTypesetter()


def server_named(name: str) -> Server:
    """What the package declares under ``filrouge.servers``: the doors start each other through this.

    Raises:
        MissingServer: nothing of this name is declared.

    Example:
        >>> callable(server_named("web"))
        True
    """
    from importlib.metadata import entry_points

    for declared in entry_points(group="filrouge.servers", name=name):
        return cast(Server, declared.load())
    raise MissingServer(
        _("This installation declares no server '{name}'.").format(name=name),
        why=_("The installed package is older than its code, or incomplete."),
        action=_("Install it again: pip install --force-reinstall filrouge (in a checkout: make setup)"),
    )


def alembic_config() -> "Config":
    """Alembic's configuration; the connection is passed in ``attributes``."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "filrouge:migrations")
    return config


def _revision(workspace: Workspace) -> str | None:
    with closing(workspace.direct()) as database:
        if not database.has_table("alembic_version"):
            return None
        row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])
