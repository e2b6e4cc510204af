"""Settings: one frozen, typed object read from ``filrouge.toml``, ``FILROUGE_*`` and flags.

Later wins: defaults, then the file, then the environment, then what the caller passes.
``FILROUGE_WEB_PORT=8001`` sets ``port`` in the section ``[web]``.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _

__all__ = [
    "FILE_NAME",
    "Check",
    "CheckOfProduct",
    "NoWorkspace",
    "Settings",
    "SettingsError",
    "find_root",
    "load_settings",
    "setting_rows",
    "setting_value",
]

FILE_NAME = "filrouge.toml"
_ENV_PREFIX = "FILROUGE_"
Port = Annotated[int, Meta(ge=0, le=65535)]


class SettingsError(FilrougeError):
    """A setting is unknown or has a value that cannot be used."""

    code = "settings.invalid"


class NoWorkspace(FilrougeError):
    """There is no workspace here."""

    code = "workspace.none"
    status = 404


def find_root(start: Path) -> Path:
    """The nearest folder, from ``start`` upward, that holds ``filrouge.toml``.

    Raises:
        NoWorkspace: there is none.
    """
    for folder in [start.resolve(), *start.resolve().parents]:
        if (folder / FILE_NAME).exists():
            return folder
    raise NoWorkspace(
        _("No {file} in '{folder}' or above it.").format(file=FILE_NAME, folder=start),
        action=_("Create a workspace with: filrouge init"),
    )


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section of the settings file."""


class Storage(Section, frozen=True):
    """Where the workspace keeps its state."""

    database: Annotated[str, Meta(description="SQL database: a URL (SQLite or PostgreSQL).")] = (
        "sqlite:///.filrouge/filrouge.db"
    )
    artifacts: Annotated[str, Meta(description="Content-addressed files: a folder or an fsspec URL.")] = (
        ".filrouge/artifacts"
    )
    tracking: Annotated[str, Meta(description="MLflow tracking store: an SQLAlchemy URL or a server's.")] = (
        "sqlite:///.filrouge/mlflow.db"
    )
    lock_timeout_s: Annotated[float, Meta(gt=0, description="How long to wait for a locked database.")] = 10.0


class Log(Section, frozen=True):
    """The event log of predictions, labels and feedback."""

    folder: Annotated[str, Meta(description="Folder of the segments and of the Parquet days.")] = (
        ".filrouge/log"
    )
    durability: Annotated[
        Literal["process", "disk"],
        Meta(description="A prediction is acknowledged after the write, or after an fsync."),
    ] = "process"
    segment_mb: Annotated[float, Meta(gt=0, description="A segment is sealed at this size.")] = 64.0
    segment_s: Annotated[float, Meta(gt=0, description="A segment is sealed at this age.")] = 60.0


class Oidc(Section, frozen=True):
    """An OpenID Connect provider through which people sign in; its secret is in FILROUGE_OIDC_SECRET."""

    issuer: Annotated[str, Meta(description="Address of the provider, as it calls itself; empty: none.")] = ""
    client_id: Annotated[
        str,
        Meta(description="What the provider calls these pages; the secret is in FILROUGE_OIDC_SECRET only."),
    ] = "filrouge"
    label: Annotated[str, Meta(description="What the sign-in page calls the provider.")] = "OpenID Connect"
    domains: Annotated[
        list[str], Meta(description="E-mail domains of people whose accounts are made; all when empty.")
    ] = []


class Web(Section, frozen=True):
    """The web application."""

    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="Port to listen on; 0 takes a free one.")] = 8770
    language: Annotated[Literal["en", "fr"], Meta(description="Language when the browser names none.")] = "en"
    hosts: Annotated[
        list[str],
        Meta(description="Names under which the pages are reached, besides those of this machine itself."),
    ] = []
    proxies: Annotated[
        str,
        Meta(
            description="Addresses of reverse proxies, with commas: what they say of the visitor's address "
            "and of https is believed."
        ),
    ] = ""
    max_body_mb: Annotated[float, Meta(gt=0, description="A larger request is refused.")] = 10.0
    oidc: Oidc = Oidc()


class Serve(Section, frozen=True):
    """The model server."""

    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="Port to listen on; 0 takes a free one.")] = 8771
    timeout_ms: Annotated[
        float,
        Meta(gt=0, description="Beyond it the naive model answers; for what hangs, not for a busy machine."),
    ] = 2000.0
    batch_rows: Annotated[int, Meta(gt=0, description="Rows gathered at most in one micro-batch.")] = 2000
    max_body_mb: Annotated[float, Meta(gt=0, description="A larger request is refused.")] = 16.0


class Runner(Section, frozen=True):
    """The in-process runner of pipelines."""

    parallel: Annotated[int, Meta(ge=0, description="Steps at once; 0 is one per core.")] = 0
    retries: Annotated[int, Meta(ge=0, description="Tries again of a failed step.")] = 0


class Loop(Section, frozen=True):
    """The worker's loop: watching, retraining, promotion, rollback."""

    every_h: Annotated[
        float, Meta(gt=0, description="Hours between two looks of the worker, by the workspace's clock.")
    ] = 1.0
    compact_s: Annotated[
        float,
        Meta(gt=0, description="Machine seconds between two compactions of the log: how fresh pages are."),
    ] = 15.0
    retrain_days: Annotated[int, Meta(gt=0, description="A retraining learns from this many days.")] = 90
    holdout_days: Annotated[
        int, Meta(gt=0, description="The newest days are kept from it: the gate judges on them.")
    ] = 14
    retry_days: Annotated[
        int, Meta(gt=0, description="After this long a retraining is tried again while its alert lasts.")
    ] = 14
    gate_min_rows: Annotated[int, Meta(gt=0, description="The gate decides nothing on fewer rows.")] = 500
    gate_min_gain: Annotated[
        float, Meta(description="ROC AUC that a challenger must gain over the champion; negative: may lose.")
    ] = 0.0
    watch_days: Annotated[int, Meta(gt=0, description="A promoted version is watched this long.")] = 14
    watch_min_rows: Annotated[
        int, Meta(gt=0, description="Labelled rows needed to judge a promoted version.")
    ] = 1000
    watch_margin: Annotated[
        float, Meta(ge=0, description="It goes when the one before it has an AUC better by more than this.")
    ] = 0.01
    quiet_days: Annotated[
        int,
        Meta(ge=0, description="After a candidate story was dismissed, its monitor raises none this long."),
    ] = 28


_Severities = dict[str, Literal["error", "warning", "info", "off"]]
_Thresholds = dict[str, float]


class CheckOfProduct(Section, frozen=True):
    """What one product sets of the check, over the workspace's: ``[check.products.<id>]``."""

    severity: _Severities = {}
    thresholds: _Thresholds = {}
    gate: list[str] = []


class Check(Section, frozen=True):
    """The check: severities, thresholds and gates."""

    severity: Annotated[
        _Severities, Meta(description="Severity by rule code, instead of the rule's own; `off` silences it.")
    ] = {}
    thresholds: Annotated[_Thresholds, Meta(description="Threshold by name, instead of the rule's own.")] = {}
    gate: Annotated[
        list[str],
        Meta(
            description="What makes `filrouge check` exit with 1: rule codes, patterns (`EXP*`), or a "
            "severity (`warning` stands for errors too)."
        ),
    ] = []
    products: Annotated[
        dict[str, CheckOfProduct],
        Meta(
            description="By product id, over the values above: `[check.products.<id>]` with severity, "
            "thresholds and gate."
        ),
    ] = {}
    longest_waiver_days: Annotated[
        int, Meta(ge=1, description="A finding or an uncertainty is waived for so many days at most.")
    ] = 180
    pages: Annotated[
        str,
        Meta(description="Address of the pages, for links in SARIF and JUnit reports; [web] when empty."),
    ] = ""

    def threshold(self, name: str, product_id: str, default: float) -> float:
        """A threshold in force for a product: its own, the workspace's, or the rule's default."""
        own = self.products.get(product_id, CheckOfProduct()).thresholds
        return own.get(name, self.thresholds.get(name, default))


class Settings(Section, frozen=True):
    """Everything that can be set, with its default."""

    storage: Storage = Storage()
    log: Log = Log()
    web: Web = Web()
    serve: Serve = Serve()
    runner: Runner = Runner()
    loop: Loop = Loop()
    check: Check = Check()


def load_settings(
    root: Path,
    *,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> Settings:
    """Read the settings of the workspace at ``root``.

    Args:
        root: folder of ``filrouge.toml``; a missing file means defaults.
        environ: environment variables; the process's own by default.
        overrides: values by section and key, from flags; they win.

    Raises:
        SettingsError: one setting is wrong.
        Faults: several are.
    """
    path = root / FILE_NAME
    values: dict[str, dict[str, Any]] = {}
    if path.exists():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            what, action = _("The file is not valid TOML."), _("Correct that line.")
            raise SettingsError(what, where=str(path), why=str(error), action=action) from error
    origin = {
        (section, key): str(path)
        for section, keys in values.items()
        if isinstance(keys, dict)
        for key in keys
    }
    for name, text in (os.environ if environ is None else environ).items():
        section, _sign, key = name.removeprefix(_ENV_PREFIX).lower().partition("_")
        if name.startswith(_ENV_PREFIX) and section in Settings.__struct_fields__ and key:
            inner, _sign, rest = key.partition("_")
            held = values.setdefault(section, {})
            if rest and inner in _nested(get_type_hints(Settings)[section]):
                held.setdefault(inner, {})[rest] = text
                origin.setdefault((section, inner), name)
                continue
            held[key] = text
            origin[section, key] = name
    for section, keys in (overrides or {}).items():
        values.setdefault(section, {}).update(keys)
        origin.update({(section, key): _("the command line") for key in keys})
    return _typed(values, origin, str(path))


def _typed(values: dict[str, Any], origin: dict[tuple[str, str], str], path: str) -> Settings:
    faults: list[FilrougeError] = []
    sections: dict[str, Section] = {}
    types = get_type_hints(Settings)
    for section, keys in values.items():
        if section not in types:
            fault = _("There is no section [{section}].").format(section=section)
            faults.append(SettingsError(fault, where=path, action=did_you_mean(section, types)))
            continue
        if not isinstance(keys, dict):
            fault = _("'{section}' is a section, not a setting.").format(section=section)
            action = _("Write [{section}] on its own line.").format(section=section)
            faults.append(SettingsError(fault, where=path, action=action))
            continue
        hints = get_type_hints(types[section], include_extras=True)
        good: dict[str, Any] = {}
        for key, value in keys.items():
            where = origin.get((section, key), path)
            if key not in hints:
                fault = _("[{section}] has no setting '{key}'.").format(section=section, key=key)
                faults.append(SettingsError(fault, where=where, action=did_you_mean(key, hints)))
                continue
            try:
                good[key] = msgspec.convert(value, hints[key], strict=False)
            except msgspec.ValidationError as error:
                faults.append(_unusable(section, key, value, where=where, why=f"{error}."))
        sections[section] = types[section](**good)
    Faults.raise_if_any(faults)
    return Settings(**sections)  # type: ignore[arg-type]


def _unusable(section: str, key: str, value: Any, *, where: str, why: str) -> SettingsError:
    # A section within may hold what its writer thought secret: it is not repeated.
    what = _("[{section}] {key} = {value!r} cannot be used.")
    if isinstance(value, dict):
        what = _("[{section}.{key}] cannot be used.")
    return SettingsError(
        what.format(section=section, key=key, value=value),
        where=where,
        why=why,
        action=_("Correct the value, or remove it to use the default."),
    )


def _nested(section: type[Section]) -> dict[str, type[Section]]:
    """The sections within a section, such as ``[web.oidc]``."""
    hints = get_type_hints(section)
    return {
        name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Section)
    }


def _place(section: str, order: list[str]) -> tuple[int, str]:
    return order.index(section.partition(".")[0]), section


def setting_value(settings: Settings, section: str, key: str) -> Any:
    """The value of a row of ``setting_rows`` in these settings."""
    found: Any = settings
    for part in (*section.split("."), key):
        found = getattr(found, part)
    return found


def setting_rows() -> list[tuple[str, str, str, str]]:
    """Section, key, default and help of every setting: what the reference page shows.

    Example:
        >>> ("web", "port", "8770", "Port to listen on; 0 takes a free one.") in setting_rows()
        True
    """
    rows = []
    kinds = get_type_hints(Settings)
    inner = {f"{outer}.{name}": kind for outer in kinds for name, kind in _nested(kinds[outer]).items()}
    for section, kind in sorted((kinds | inner).items(), key=lambda one: _place(one[0], list(kinds))):
        for field in msgspec.structs.fields(kind):
            if field.name in _nested(kind):
                continue
            default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
            help_text = next(
                m.description for m in field.type.__metadata__ if isinstance(m, Meta) and m.description
            )
            rows.append((section, field.name, str(default), help_text or ""))
    return rows
