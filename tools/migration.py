"""Write a migration from the models: ``python tools/migration.py "what changed"``.

Before the first release there is one migration, rewritten each time: ``--initial``.
"""

import argparse
import tempfile
from pathlib import Path

from alembic import command

import filrouge.migrations
from filrouge import bootstrap
from filrouge.kernel.settings import Settings
from filrouge.storage.workspace import Workspace

VERSIONS = Path(filrouge.migrations.__file__).parent / "versions"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", nargs="?", default="All tables")
    parser.add_argument("--initial", action="store_true", help="rewrite the first migration")
    options = parser.parse_args()
    if options.initial:
        for old in VERSIONS.glob("0001_*.py"):
            old.unlink()
    number = f"{len(list(VERSIONS.glob('[0-9]*.py'))) + 1:04d}"
    workspace = Workspace(Path(tempfile.mkdtemp()), Settings())
    config = bootstrap.alembic_config()
    with workspace.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with workspace.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, options.message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main()
