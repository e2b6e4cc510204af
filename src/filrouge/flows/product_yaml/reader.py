"""Reading ``product.yaml``: every fault with its line and its path, all together."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from filrouge.flows.product_yaml.document import SCHEMA, Document, Entry, Tie, fields_in_file, sections
from filrouge.flows.product_yaml.writer import plural_of
from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.fields import FieldValue, default_of, read_field
from filrouge.storage.kinds import container_of, kind_words, kinds
from filrouge.storage.product import Product
from filrouge.thread.ref import Ref
from filrouge.thread.relations import RELATIONS

__all__ = ["ProductYamlError", "read_document"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_PREFIX = "tag:yaml.org,2002:"


class ProductYamlError(FilrougeError):
    """``product.yaml`` does not say what a product is."""

    code = "product-yaml.invalid"
    status = 422


def read_document(text: str, name: str = "product.yaml") -> Document:
    """The document that a file holds.

    Args:
        text: the content of the file.
        name: what faults call the file.

    Raises:
        ProductYamlError: the single fault; several come together as ``Faults``.
    """
    return _Reader(name).document(_compose(text, name))


def _compose(text: str, name: str) -> yaml.Node:
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise ProductYamlError(
                    _("The alias '*{anchor}' is not allowed.").format(anchor=event.anchor),
                    where=f"{name}:{event.start_mark.line + 1}",  # type: ignore[union-attr]
                    action=_("Write the text out."),
                )
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ProductYamlError(
            _("This is not YAML."),
            where=f"{name}{line}",
            why=f"{error.problem or error.context}.",
            action=_("Mend that line."),
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        action = _("Give a file that filrouge export wrote.")
        raise ProductYamlError(_("This is not YAML."), where=name, why=why, action=action) from None
    if root is None:
        raise ProductYamlError(
            _("The file is empty."), where=name, action=_("Write one with: filrouge export")
        )
    return root


class _Reader:
    """Walks the nodes, which know their lines, and collects faults on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[FilrougeError] = []
        self.seen: dict[Ref, int] = {}

    def fault(self, what: str, node: yaml.Node, path: str = "", action: str = "") -> None:
        place = f" ({path})" if path else ""
        line = node.start_mark.line + 1
        self.faults.append(ProductYamlError(what, where=f"{self.name}:{line}{place}", action=action))

    def document(self, root: yaml.Node) -> Document:
        held = self.mapping(root, "")
        plurals = {plural_of(kind.kind): kind for kind in sections()}
        known = ["schema", "product", "links", "base", *plurals]
        for name, (key, _value) in held.items():
            if name not in known:
                self.fault(
                    _("There is no section '{name}'.").format(name=name), key, "", did_you_mean(name, known)
                )
        self.schema(root, held)
        product = self.product(root, held)
        entries = [
            entry
            for name, kind in plurals.items()
            if name in held
            for entry in self.entries(kind, held[name][1], name, None)
        ]
        ties = tuple(self.ties(held["links"][1])) if "links" in held else ()
        stamps = self.mapping(held["base"][1], "base") if "base" in held else {}
        base = {}
        for name, (key, value) in stamps.items():
            if isinstance(value, yaml.ScalarNode):
                base[name] = str(value.value)
            else:
                self.fault(
                    _("'{name}' is not a digest.").format(name=name),
                    key,
                    "base",
                    _("Leave this section as it was written."),
                )
        Faults.raise_if_any(self.faults)
        assert product is not None
        return Document(product, tuple(entries), ties, base, self.name)

    def schema(self, root: yaml.Node, held: dict[str, tuple[yaml.Node, yaml.Node]]) -> None:
        if "schema" not in held:
            action = _("Begin with: schema: {schema}").format(schema=SCHEMA)
            self.fault(_("The file does not say its schema."), root, "", action)
        elif held["schema"][1].value != str(SCHEMA):
            action = _("This version reads schema {schema}; a newer Filrouge may read it.").format(
                schema=SCHEMA
            )
            what = _("The schema '{schema}' is unknown.").format(schema=held["schema"][1].value)
            self.fault(what, held["schema"][1], "", action)

    def product(self, root: yaml.Node, held: dict[str, tuple[yaml.Node, yaml.Node]]) -> Entry | None:
        if "product" not in held:
            self.fault(_("The section 'product' is missing."), root)
            return None
        return self.entry(Product, held["product"][1], "product", None)

    def mapping(self, node: yaml.Node, path: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Keys in order, each with its two nodes."""
        if not isinstance(node, yaml.MappingNode):
            self.fault(_("A mapping is expected."), node, path)
            return {}
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fault(_("A name is expected."), key, path)
            elif key.value in found:
                what = _("'{name}' stands twice.").format(name=key.value)
                self.fault(what, key, path, _("Keep one of them."))
            else:
                found[key.value] = (key, value)
        return found

    def entries(
        self, kind: type[Artefact], node: yaml.Node, path: str, container: str | None
    ) -> Iterator[Entry]:
        if node.tag == f"{_PREFIX}null":
            return
        if not isinstance(node, yaml.SequenceNode):
            self.fault(_("A list is expected."), node, path)
            return
        for number, item in enumerate(node.value):
            entry = self.entry(kind, item, f"{path}[{number}]", container)
            if entry is not None:
                yield entry

    def entry(self, kind: type[Artefact], node: yaml.Node, path: str, container: str | None) -> Entry | None:
        held = self.mapping(node, path)
        identifier = self.identifier(kind, node, held, path)
        parts_by_name = {} if kind is Product else _parts_of(kind)
        names = fields_in_file(kind)
        values: dict[str, Any] = {}
        parts: list[Entry] = []
        for name, (key, value) in held.items():
            if name in parts_by_name:
                parts += self.entries(parts_by_name[name], value, f"{path}.{name}", identifier)
            elif name in names:
                self.field(kind, name, value, f"{path}.{name}", values)
            elif name != "id":
                hint = did_you_mean(name, ["id", *names, *parts_by_name])
                what = _("There is no field '{field}' in {kind}.")
                self.fault(what.format(field=name, kind=kind_words(kind.kind)), key, path, hint)
        for name in names:
            if name not in held:
                default = default_of(kind, name)
                if default is FieldValue.MISSING:
                    self.fault(_("'{name}' is missing.").format(name=name), node, path)
                else:
                    values[name] = default
        line = node.start_mark.line + 1
        return (
            Entry(kind.kind, identifier, values, tuple(parts), container, line, path) if identifier else None
        )

    def identifier(
        self,
        kind: type[Artefact],
        node: yaml.Node,
        held: dict[str, tuple[yaml.Node, yaml.Node]],
        path: str,
    ) -> str:
        if "id" not in held:
            self.fault(_("'id' is missing."), node, path, _("Give it a short name of its own."))
            return ""
        found = held["id"][1]
        if not isinstance(found, yaml.ScalarNode) or not _ID.fullmatch(found.value):
            action = _("Use up to 40 letters, digits, dots, hyphens and underscores.")
            self.fault(_("'{id}' cannot be an id.").format(id=found.value), found, path, action)
            return ""
        ref = Ref(kind.kind, found.value)
        if ref in self.seen:
            what = _("The id '{id}' stands twice; first on line {line}.").format(
                id=ref.id, line=self.seen[ref]
            )
            self.fault(what, found, path)
            return ""
        self.seen[ref] = found.start_mark.line + 1
        return ref.id

    def field(
        self, kind: type[Artefact], name: str, node: yaml.Node, path: str, values: dict[str, Any]
    ) -> None:
        structured = "shape" in kind.__mapper__.columns[name].info
        if not structured and not isinstance(node, yaml.ScalarNode):
            self.fault(_("A single value is expected."), node, path)
            return
        try:
            values[name] = read_field(kind, name, _plain(node) if structured else _scalar(node))
        except FilrougeError as error:
            for fault in error.faults if isinstance(error, Faults) else (error,):
                inner = fault.where.removeprefix(name)
                fault.where = f"{self.name}:{node.start_mark.line + 1} ({path}{inner})"
                self.faults.append(fault)

    def ties(self, node: yaml.Node) -> Iterator[Tie]:
        for number, item in enumerate(node.value if isinstance(node, yaml.SequenceNode) else [node]):
            path = f"links[{number}]"
            words = item.value.split() if isinstance(item, yaml.ScalarNode) else []
            if len(words) != 3:
                self.fault(_("A link is 'kind:id relation kind:id'."), item, path)
                continue
            try:
                tie = Tie(Ref.parse(words[0]), words[1], Ref.parse(words[2]), item.start_mark.line + 1)
            except FilrougeError as error:
                self.fault(error.what, item, path, error.action)
                continue
            ends = (tie.source.kind, tie.target.kind)
            allowed = [row.name for row in RELATIONS if (row.source, row.target) == ends]
            if allowed and tie.relation not in allowed:
                what = _("No '{relation}' leads from {source} to {target}.").format(
                    relation=tie.relation, source=ends[0], target=ends[1]
                )
                self.fault(what, item, path, did_you_mean(tie.relation, allowed))
            yield tie


def _parts_of(kind: type[Artefact]) -> dict[str, type[Artefact]]:
    found = {}
    for part in kinds().values():
        container = container_of(part) if part is not Product else None
        if container is not None and container.kind == kind.kind:
            found[plural_of(part.kind)] = part
    return found


def _scalar(node: yaml.Node) -> str | None:
    """The text as it stands: the column says what it means."""
    return None if node.tag == f"{_PREFIX}null" else str(node.value)


_CONSTRUCT = yaml.constructor.SafeConstructor()


def _plain(node: yaml.Node) -> Any:
    """Lists, mappings and scalars as JSON knows them; times stay texts."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    if node.tag.removeprefix(_PREFIX) in ("null", "bool", "int", "float"):
        return _CONSTRUCT.construct_object(node)
    return node.value
