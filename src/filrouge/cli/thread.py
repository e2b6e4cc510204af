"""``filrouge thread``: why something exists, and what came of it."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from filrouge.cli.output import Format, note, write, write_json

__all__ = ["thread"]


def thread(
    ref: Annotated[str, typer.Argument(help="kind:id, an id, or a title.")],
    up: Annotated[bool, typer.Option("--up", help="Only why it exists.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only what came of it.")] = False,
    depth: Annotated[int, typer.Option(min=1, help="Links to follow at most.")] = 20,
    format: Format = "text",
) -> None:
    """Walk the thread from a point: up to the reasons, down to what came of it."""
    from filrouge.bootstrap import nodes, open_workspace
    from filrouge.thread.graph import branches, walk

    workspace = open_workspace()
    shown: dict[str, Any] = {}
    with workspace.reading() as session:
        known = nodes()
        start = known.find(session, ref)
        for direction, asked, other in (("up", up, down), ("down", down, up)):
            if asked or not other:
                walked = walk(session, start.ref, "up" if direction == "up" else "down", depth=depth)
                shown[direction] = list(branches(session, known, walked))
                if walked.cut:
                    note(f"The way {direction} goes further; see more with --depth.")
    if format == "json":
        write_json({name: [_row(branch) for branch in tree] for name, tree in shown.items()})
        return
    titles = {"up": "Why it exists", "down": "What came of it"}
    for name, tree in shown.items():
        write(titles[name])
        for line in _lines(tree):
            write(line)


def _lines(tree: list[Any]) -> Iterator[str]:
    for branch in tree:
        title = "(nothing answers to this reference)" if branch.node is None else branch.node.title
        if branch.node is not None and branch.node.archived:
            title += " (archived)"
        relation = f"{branch.relation.replace('_', ' ')}: " if branch.relation else ""
        again = "  (already shown)" if branch.again else ""
        label = branch.ref.kind.replace("_", " ")
        name = "" if title == branch.ref.id else f"  {title}"
        yield f"{'   ' * branch.depth}{relation}{label}{name}  [{branch.ref}]{again}"


def _row(branch: Any) -> dict[str, Any]:
    return {
        "depth": branch.depth,
        "relation": branch.relation,
        "ref": str(branch.ref),
        "title": branch.node.title if branch.node else None,
        "exists": branch.node is not None,
        "archived": bool(branch.node and branch.node.archived),
        "again": branch.again,
    }
