"""Build hook: compiles the language catalogues into the package."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path("src/filrouge/locale")


class Hook(BuildHookInterface):
    """What a wheel or an editable install needs and git does not hold."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_catalogues(root / LOCALE)


def compile_catalogues(locale: Path) -> None:
    """Merge the ``.po`` files of each language, one per part, into its ``filrouge.mo``."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for language in sorted(path for path in locale.glob("*") if path.is_dir()):
        merged = Catalog(locale=language.name)
        for part in sorted(language.glob("*.po")):
            with part.open("rb") as file:
                for message in read_po(file, locale=language.name, abort_invalid=True):
                    if message.id:
                        merged[message.id] = message
        target = language / "LC_MESSAGES" / "filrouge.mo"
        target.parent.mkdir(exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, merged)


if __name__ == "__main__":
    compile_catalogues(LOCALE)
