"""Reading XML that nobody vouches for: hardened, streaming, one flat record at a time.

A `Shape` says which texts below an element are wanted; everything else is passed over without being
kept, so memory stays flat whatever the file holds. Refused as a whole, with line and path: any
DOCTYPE (and with it every entity), a byte order mark, a charset that is not what the file
declares, an element nested too deep or too long, an element that stands twice where one is
allowed, a namespace nobody asked for, and a file that ends too early.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from balie.formats.errors import UnreadableFile

MAX_BYTES = 500_000_000
MAX_DEPTH = 64
MAX_TEXT = 100_000
MAX_KEPT = 200_000  # records and repeated texts in one streamed record, however they are nested
MAX_KEPT_TEXT = 20_000_000
MAX_TAG_BYTES = 1_000_000
_CHUNK = 65_536
_BOMS = (
    codecs.BOM_UTF8,
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
)
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_CONTROLS = re.compile("[\x80-\x9f]")
_ONE_BYTE = frozenset({"iso-8859-1", "latin1", "iso-8859-15", "windows-1252", "cp1252"})


@dataclass(frozen=True)
class Shape:
    """What is wanted of one element.

    `texts` maps a path below it to the key its text gets: `"Refs/MndtId": "mandate"`; an attribute
    is written `"Amt@Ccy"`. A key ending in `*` may occur more often and becomes a list, any other
    twice is an error. `records` are repeated elements with a shape of their own, by path below it.
    A `streamed` one is yielded as soon as it closes, any other is kept in its parent's `records`.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, Shape] = field(default_factory=dict)
    streamed: bool = False


class Record:
    """One element that was read: its name, where it stood, what was wanted.

    `texts` holds each text that may stand once by its key, without surrounding blanks.

    Only a streamed record knows its `parent`, of which nothing but what came before it is filled.
    """

    __slots__ = ("_lists", "_node", "_records", "line", "parent", "texts")

    def __init__(self, node: _Node, line: int) -> None:
        self._node = node
        self.line = line
        self.parent: Record | None = None  # for a kept record it would make a cycle
        self.texts: dict[str, str] = {}
        self._lists: dict[str, list[str]] | None = None
        self._records: dict[str, list[Record]] | None = None

    @property
    def name(self) -> str:
        """Its path in its parent."""
        return self._node.name

    @property
    def path(self) -> str:
        """Its path in the document."""
        return self._node.path

    @property
    def namespace(self) -> str:
        """That of the document."""
        return self._node.namespace

    @property
    def around(self) -> Record:
        """The record a streamed one stands in; LookupError for any other."""
        if self.parent is None:
            raise LookupError(self.name)
        return self.parent

    def text(self, key: str) -> str | None:
        """The text under `key`; None when absent or empty."""
        return self.texts.get(key) or None

    def all(self, key: str) -> list[str]:
        """The texts under a key that may occur more often, in the order of the file."""
        return [] if self._lists is None else self._lists.get(key, [])

    def inner(self, path: str) -> list[Record]:
        """The kept records at `path` below this one, in the order of the file."""
        return [] if self._records is None else self._records.get(path, [])

    def add_text(self, key: str, text: str) -> None:
        """Keep one more text under a key that may occur more often."""
        if self._lists is None:
            self._lists = {}
        self._lists.setdefault(key, []).append(text)

    def add_inner(self, record: Record) -> None:
        """Keep `record` under its name."""
        if self._records is None:
            self._records = {}
        self._records.setdefault(record.name, []).append(record)


class _Node:
    """One step of the wanted paths: what to do when an element stands here."""

    __slots__ = (
        "attributes",
        "children",
        "empty_text",
        "holds_more",
        "key",
        "many",
        "name",
        "namespace",
        "path",
        "shape",
        "up",
    )

    def __init__(self, *, path: str, up: _Node | None = None) -> None:
        self.path = path
        self.up = self if up is None else up
        self.name = ""
        self.namespace = ""
        self.children: dict[str, _Node] = {}
        self.attributes: dict[str, str] = {}
        self.key = ""
        self.empty_text: str | None = None  # "" where the text is wanted
        self.many = False
        self.shape: Shape | None = None
        self.holds_more = False  # it is a record, or attributes of it are wanted

    def below(self, path: str, *, namespace: str) -> _Node:
        """The node at `path` below this one, made when it is new."""
        node = self
        for step in path.split("/"):
            tag = f"{namespace} {step}"
            if tag not in node.children:
                path = f"{node.path}/{step}".removeprefix("/")
                node.children[tag] = _Node(path=path, up=node)
            node = node.children[tag]
        return node


def _grow(node: _Node, shape: Shape, *, namespace: str, name: str) -> None:
    """Hang the paths of `shape` below `node`."""
    node.shape, node.name, node.namespace, node.holds_more = shape, name, namespace, True
    for path, key in shape.texts.items():
        element, _, attribute = path.partition("@")
        leaf = node.below(element, namespace=namespace) if element else node
        if attribute:
            leaf.attributes[attribute] = key
            leaf.holds_more = True
        else:
            leaf.empty_text = ""
            leaf.key, leaf.many = key.removesuffix("*"), key.endswith("*")
    for path, inner in shape.records.items():
        _grow(node.below(path, namespace=namespace), inner, namespace=namespace, name=path)


class _Reading:
    """The state of one pass: where we are in the wanted paths, and what is finished."""

    def __init__(self, *, roots: Mapping[str, Shape], error: type[UnreadableFile]) -> None:
        self.roots = roots
        self.error = error
        self.done: deque[Record] = deque()
        self.one_byte = False
        self._kept = 0
        self._records: list[Record] = []  # the open ones, outermost first
        self._path: Callable[[], str] = str
        self.parser = self._make_parser()

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = _CHUNK
        parser.XmlDeclHandler = self._on_declaration
        parser.StartDoctypeDeclHandler = self._on_doctype
        parser.StartElementHandler = self._on_root
        return parser

    def refuse(self, reason: str) -> UnreadableFile:
        """The refusal for `reason` at the place where the reading stands."""
        return self.error(reason, line=self.parser.CurrentLineNumber, path=self._path() or None)

    def _on_declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        name = (encoding or "utf-8").lower()
        if name not in _UTF_8 | _ONE_BYTE:
            raise self.refuse(f"the charset {encoding} is not one that is read here (use UTF-8)")
        self.one_byte = name in _ONE_BYTE

    def _on_doctype(self, *_: object) -> None:
        raise self.refuse("the document carries a DOCTYPE, which no bank writes")

    def _on_root(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        shape = self.roots.get(namespace)
        if shape is None:
            known = namespace or "none"
            raise self.refuse(f"<{name}> in namespace {known} is not a document that is read here")
        if name != "Document":
            raise self.refuse(f"the outermost element is <{name}> and should be <Document>")
        outermost = _Node(path="")
        _grow(outermost.below(name, namespace=namespace), shape, namespace=namespace, name=name)
        self._follow(outermost)(tag, attributes)

    def _follow(self, node: _Node) -> Callable[[str, dict[str, str]], None]:  # noqa: C901 - three in one
        """Go along with the document from `node`; returns what takes the start of an element.

        These run for each element, so they share plain variables and the way back is a link.
        """
        records, one_byte = self._records, self.one_byte
        text: str | None = None
        unwanted = 0  # how deep below `node` the reading is
        kept_text = 0  # characters kept since the last streamed record

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal node, text, unwanted
            wanted = None if unwanted else node.children.get(tag)
            if wanted is None:
                text, unwanted = None, unwanted + 1
                if unwanted > MAX_DEPTH:
                    raise self.refuse(f"elements are nested more than {MAX_DEPTH} deep")
                return
            node = wanted
            text = node.empty_text
            if node.holds_more:
                self._open(node, attributes)

        def on_end(tag: str) -> None:
            nonlocal node, text, unwanted, kept_text
            if unwanted:
                unwanted -= 1
                return
            if text is not None:
                text = text.strip()
                kept_text += len(text)
                if kept_text > MAX_KEPT_TEXT:
                    raise self.refuse(f"the texts are longer than {MAX_KEPT_TEXT:,} characters")
                texts = records[-1].texts
                if node.many or node.key in texts:
                    self._keep(node.key, text, many=node.many)
                else:
                    texts[node.key] = text
                text = None
            if node.shape is not None:
                self._close_record(node.shape)
                if node.shape.streamed:
                    kept_text = 0
            node = node.up

        def on_text(more: str) -> None:
            nonlocal text
            if text is None:
                return
            text += more
            if one_byte and _CONTROLS.search(more):
                raise self.refuse("the text is not in the charset that the file declares")
            if len(text) > MAX_TEXT:
                raise self.refuse(f"one text is longer than {MAX_TEXT:,} characters")

        self._path = lambda: node.path
        self.parser.StartElementHandler = on_start
        self.parser.EndElementHandler = on_end
        self.parser.CharacterDataHandler = on_text
        return on_start

    def _open(self, node: _Node, attributes: dict[str, str]) -> None:
        """Begin a record, and keep the attributes that are wanted."""
        if node.shape is not None:
            record = Record(node, self.parser.CurrentLineNumber)
            if node.shape.streamed:
                record.parent = self._records[-1]
            self._records.append(record)
        for attribute, key in node.attributes.items():
            if attribute in attributes:
                self._keep(key, attributes[attribute].strip(), many=False)

    def _keep(self, key: str, text: str, *, many: bool) -> None:
        record = self._records[-1]
        if many:
            record.add_text(key, text)
            self._count()
        elif key in record.texts:
            raise self.refuse("this element stands twice where one is allowed")
        else:
            record.texts[key] = text

    def _close_record(self, shape: Shape) -> None:
        record = self._records.pop()
        if shape.streamed or not self._records:
            self.done.append(record)
            self._kept = 0
        else:
            self._records[-1].add_inner(record)
            self._count()

    def _count(self) -> None:
        """Count what is kept since the last streamed record; beyond the bound it is refused."""
        self._kept += 1
        if self._kept > MAX_KEPT:
            raise self.refuse(f"this element is repeated more than {MAX_KEPT:,} times")


def read_records(
    source: IO[bytes],
    *,
    roots: Mapping[str, Shape],
    error: type[UnreadableFile],
    max_bytes: int = MAX_BYTES,
) -> Iterator[Record]:
    """Yield the streamed records of an XML document as they close, `Document` itself last.

    `roots` maps each accepted namespace to the shape of `<Document>`. `source` is read once, in
    small pieces. Raises `error` with line and path for everything the module's first lines name;
    records yielded before that belong to a file that is refused as a whole.
    """
    reading = _Reading(roots=roots, error=error)
    for chunk in _chunks(source, reading=reading, max_bytes=max_bytes):
        try:
            reading.parser.Parse(chunk, not chunk)
        except expat.ExpatError as fault:
            raise _explain(fault, reading=reading, at_end=not chunk) from fault
        while reading.done:
            yield reading.done.popleft()


def _chunks(source: IO[bytes], *, reading: _Reading, max_bytes: int) -> Iterator[bytes]:
    """The pieces of `source`, an empty one last; watches size, charset and length of one tag."""
    total, saw_high_byte, utf_8 = 0, False, codecs.getincrementaldecoder("utf-8")()
    could_be_utf_8 = True
    while chunk := source.read(_CHUNK):
        if not total and chunk.startswith(_BOMS):
            raise reading.refuse("the file starts with a byte order mark, which no bank writes")
        if not total and b"\0" in chunk[:4]:
            raise reading.refuse("the text is not in the charset that the file declares")
        total += len(chunk)
        if total > max_bytes:
            raise reading.refuse(f"the file is larger than {max_bytes:,} bytes")
        yield chunk
        if total - max(reading.parser.CurrentByteIndex, 0) > MAX_TAG_BYTES:
            raise reading.refuse(f"one tag or comment is longer than {MAX_TAG_BYTES:,} bytes")
        if reading.one_byte and could_be_utf_8:
            saw_high_byte = saw_high_byte or not chunk.isascii()
            could_be_utf_8 = _decodes(utf_8, chunk)
    if reading.one_byte and saw_high_byte and could_be_utf_8:
        raise reading.refuse("the text is UTF-8 but the file declares another charset")
    yield b""


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _explain(fault: expat.ExpatError, *, reading: _Reading, at_end: bool) -> UnreadableFile:
    """The refusal in words for a fault that the XML parser found."""
    if at_end:
        return reading.refuse("the file ends too early (truncated XML)")
    if fault.code == expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]:
        return reading.refuse("this is not well-formed XML in the charset the file declares")
    return reading.refuse(f"this is not well-formed XML ({expat.ErrorString(fault.code)})")
