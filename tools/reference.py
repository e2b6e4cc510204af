"""Write the reference pages from the code: ``make reference``.

``docs/reference/errors.md`` (every coded error), ``settings.md`` (every setting), ``rules/`` (every
rule of the check). A test compares them with the code.
"""

from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import filrouge
from filrouge.bootstrap import rules
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.settings import setting_rows
from filrouge.thread.check.rule import Rule
from filrouge.thread.check.text import CHAPTER_TITLES

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
_HEAD = "<!-- Written by `make reference`; edit the code, then run it. -->\n\n"


def main() -> None:
    written = pages()
    for old in (FOLDER / "rules").glob("*.md"):
        if f"rules/{old.name}" not in written:
            old.unlink()
    for name, text in written.items():
        target = FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Every generated page by its path below ``docs/reference``."""
    ordered = sorted(rules(), key=lambda rule: rule.order)
    return {
        "errors.md": _errors_page(),
        "settings.md": _settings_page(),
        "rules/index.md": _rules_page(ordered),
        **{f"rules/{rule.code}.md": _rule_page(rule) for rule in ordered},
    }


def errors_by_code() -> dict[str, list[type[FilrougeError]]]:
    """The error classes that name each code; a second class under one code is a mistake."""
    for module in walk_packages(filrouge.__path__, "filrouge."):
        if not any(part in module.name for part in ("__main__", ".migrations", ".templates")):
            import_module(module.name)
    found: dict[str, list[type[FilrougeError]]] = defaultdict(list)
    for kind in _below(FilrougeError):
        if "code" in vars(kind) and kind.__module__.startswith("filrouge."):
            found[kind.code].append(kind)
    return dict(sorted(found.items()))


def _below(kind: type[FilrougeError]) -> Iterator[type[FilrougeError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _errors_page() -> str:
    lines = [
        f"{_HEAD}# Errors",
        "",
        "Each error says what, where, why and what to do next. The command line exits with 2; the web",
        "answers the status below. Codes are stable.",
        "",
        "| code | what it means | status |",
        "|---|---|---|",
    ]
    for code, kinds in errors_by_code().items():
        meaning = (kinds[0].__doc__ or "").strip().splitlines()[0]
        lines.append(f"| `{code}` | {_cell(meaning)} | {kinds[0].status} |")
    return "\n".join(lines) + "\n"


def _settings_page() -> str:
    lines = [
        f"{_HEAD}# Settings",
        "",
        "From `filrouge.toml`; `FILROUGE_<SECTION>_<KEY>` in the environment wins over the file, and a flag",
        "over both. `filrouge settings` shows the values in force.",
    ]
    section = ""
    for row in setting_rows():
        if row[0] != section:
            section = row[0]
            lines += ["", f"## [{section}]", "", "| setting | default | meaning |", "|---|---|---|"]
        lines.append(f"| `{row[1]}` | `{_cell(row[2])}` | {_cell(row[3])} |")
    return "\n".join(lines) + "\n"


def _rules_page(ordered: list[Rule]) -> str:
    lines = [
        f"{_HEAD}# Rules of the check",
        "",
        "`filrouge check` runs them. A rule applies from its phase on. `[check]` in `filrouge.toml` sets",
        "severities, thresholds and gates; a rule is set aside for a product with",
        "`filrouge check PRODUCT --waive CODE --reason … --until YYYY-MM-DD`.",
    ]
    chapter = ""
    for rule in ordered:
        if rule.chapter != chapter:
            chapter = rule.chapter
            head = f"## {CHAPTER_TITLES[chapter]}"
            lines += ["", head, "", "| rule | severity | from phase | what it asks |", "|---|---|---|---|"]
        row = f"| [{rule.code}]({rule.code}.md) | {rule.severity.value} | {rule.phase.value} | {rule.title} |"
        lines.append(row)
    return "\n".join(lines) + "\n"


def _rule_page(rule: Rule) -> str:
    lines = [
        f"{_HEAD}# {rule.code}",
        "",
        f"{rule.title}",
        "",
        f"- Requirement: {rule.requirement}",
        f"- Severity: {rule.severity.value}",
        f"- Applies from the phase: {rule.phase.value}",
        *(f"- Threshold `{name}`: {value:g}" for name, value in rule.thresholds.items()),
        "",
        f"**Why.** {rule.why}",
        "",
        f"**What to do.** {rule.mend}",
        "",
        f"**Passes:** {rule.passes}",
        "",
        f"**Fails:** {rule.fails}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
