"""``filrouge.toml`` in a backup: no secrets; and after a restore: no places of the workspace that it was."""

import re
import tomllib
from collections.abc import Callable
from typing import Any

__all__ = ["is_secret_url", "without_places", "without_secrets"]

_SECRET_NAME = re.compile(r"secret|password|passwd|token|api_?key|credential", re.IGNORECASE)
_SECRET_URL = re.compile(r"[a-z0-9+.-]+://[^/\s@]*:[^/\s@]+@", re.IGNORECASE)
_SECTION = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_SETTING = re.compile(r"\s*(\"?)([A-Za-z0-9_-]+)\1\s*=")
_PLACES = {("storage", "database"), ("storage", "artifacts"), ("storage", "tracking"), ("log", "folder")}


def without_secrets(text: str) -> tuple[str, list[str]]:
    """The settings with every secret commented out, and the names of what was.

    A value that stretches over lines in a way that cannot be cut out leaves the whole file behind.

    Example:
        >>> text, names = without_secrets('[storage]\\ndatabase = "postgresql://u:pw@host/db"\\n')
        >>> names, "pw" in text
        (['[storage] database'], False)
    """
    values = tomllib.loads(text)
    secret = {
        (section, key): str(value)
        for section, keys in values.items()
        if isinstance(keys, dict)
        for key, value in keys.items()
        if _is_secret(key, value)
    }
    cut = _cut(text, lambda at: at in secret, "left out of the backup: a secret")
    names = [f"[{section}] {key}" for section, key in secret]
    left = any(_at(_parsed(cut), at) for at in secret)
    if left or any(value and value in cut for value in secret.values()):
        return "", ["filrouge.toml, whose secrets could not be cut out"]
    return cut, names


def without_places(text: str, database: str = "") -> tuple[str, list[str]]:
    """The settings for another place: where the old workspace kept its state is commented out.

    Args:
        text: of the backup's ``filrouge.toml``.
        database: the URL of the new workspace's database; its own file when empty.
    """
    values = tomllib.loads(text)
    found = [at for at in sorted(_PLACES) if _at(values, at)]
    cut = _cut(text, lambda at: at in found, "before the restore it was elsewhere")
    if any(_at(_parsed(cut), at) for at in found):  # written in a way that cannot be cut out
        cut = "# The settings of the backup named places of another workspace, and were left out.\n"
        values = {}
    if database:
        line = f"database = {_quoted(database)}"
        cut = (
            re.sub(r"(?m)^(\s*\[storage\].*)$", lambda match: f"{match[1]}\n{line}", cut, count=1)
            if "storage" in values
            else f"{cut.rstrip()}\n\n[storage]\n{line}\n"
        )
    return cut, [f"[{section}] {key}" for section, key in found]


def is_secret_url(text: str) -> bool:
    """Whether a URL carries a password."""
    return bool(_SECRET_URL.search(text))


def _is_secret(key: str, value: Any) -> bool:
    if isinstance(value, list | dict):
        items = value.items() if isinstance(value, dict) else [(key, item) for item in value]
        return any(_is_secret(str(name), item) for name, item in items)
    return bool(_SECRET_NAME.search(key) and isinstance(value, str)) or is_secret_url(str(value))


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # half of a value that stretched over lines
        return {section: {key: text for _, key in _PLACES} for section, _ in _PLACES}


def _at(values: dict[str, Any], at: tuple[str, str]) -> Any:
    section = values.get(at[0])
    return section.get(at[1]) if isinstance(section, dict) else None


def _cut(text: str, wanted: Callable[[tuple[str, str]], bool], why: str) -> str:
    lines, section = [], ""
    for line in text.splitlines():
        heading = None if line.lstrip().startswith("#") else _SECTION.match(line)
        setting = _SETTING.match(line)
        if heading and "=" not in line.partition("]")[0]:
            section = heading[1]
        if setting and wanted((section, setting[2])):
            lines.append(f"# {setting[2]} = …  ({why})")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n" if lines else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
