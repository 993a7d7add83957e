"""Reads chosen elements of an XML file one by one, however large the file, and none of XML's dangers.

Expat is asked directly, because only its events show depth, sizes and unfinished tokens before memory is
spent on them: a document type, an entity or anything above the limits below ends the reading with one
`Broken`. Nothing is ever fetched. Not its business: what the elements mean.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from exchange.json_list import DAMAGED, Broken, Readable
from exchange.record import ProblemCode

MAX_DEPTH = 100
"""Elements inside one another."""
MAX_ATTRIBUTES = 50
"""Attributes and namespaces of one element."""
MAX_NAMES = 5_000
"""Different names of elements and attributes in a file; the parser keeps each of them to the end."""
MAX_TOKEN = 1_000_000
"""Bytes of one tag, comment or instruction."""
MAX_RECORD = 1_000_000
"""Characters of one chosen element with all that is in it; each element inside counts as 100."""

_CHUNK = 64 * 1024
_XML = "http://www.w3.org/XML/1998/namespace"
_TRUNCATED = {
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_ENCODING = {
    expat.errors.codes[text]
    for text in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
}
_INVALID_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]


@dataclass(slots=True)
class Element:
    """An element with what is in it, in order: texts and elements."""

    namespace: str
    name: str
    attributes: dict[str, str]
    content: list["str | Element"] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        """The elements of this name directly inside."""
        return [part for part in self.content if isinstance(part, Element) and part.name == name]

    def first(self, *path: str) -> "Element | None":
        """The first element at the end of a path of names."""
        found: Element | None = self
        for name in path:
            found = next(iter(found.all(name)), None) if found else None
        return found

    @property
    def text(self) -> str:
        """All text inside, spaces and line breaks as single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for part in self.content:
            if isinstance(part, str):
                yield part
            else:
                yield from part._texts()

    def as_xml(self, within: str = "") -> str:
        """The element as it was, but for comments and attributes of other namespaces than its own and XML's;
        `within` is the namespace around it."""
        stated = {f"xml:{name.removeprefix(f'{_XML} ')}" if " " in name else name: value
                  for name, value in self.attributes.items()
                  if " " not in name or name.startswith(f"{_XML} ")}  # fmt: skip
        if self.namespace != within:
            stated["xmlns"] = self.namespace
        shown = "".join(f' {name}="{escape(value)}"' for name, value in stated.items())
        inner = "".join(
            escape(one) if isinstance(one, str) else one.as_xml(self.namespace) for one in self.content
        )
        return f"<{self.name}{shown}>{inner}</{self.name}>"

    @property
    def lang(self) -> str | None:
        """What xml:lang says."""
        return self.attributes.get(f"{_XML} lang")


IsWanted = Callable[[str, str], bool]
"""Whether an element is chosen, by namespace and name; the root is asked about first."""


class _Stop(Exception):
    def __init__(self, code: ProblemCode, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class _Builder:
    """Takes expat's events and keeps only chosen elements, until they are taken from `done`."""

    def __init__(self, is_wanted: IsWanted) -> None:
        self.is_wanted = is_wanted
        self.names: dict[str, str] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ", intern=self.names)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.CommentHandler = self.pass_over
        self.parser.ProcessingInstructionHandler = self.pass_over
        self.parser.StartNamespaceDeclHandler = self.namespace
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.ExternalEntityRefHandler = self.refuse
        self.parser.SkippedEntityHandler = self.refuse
        self.depth = self.events = self.namespaces = self.size = 0
        self.open: list[Element] = []
        self.skipped_depth = 0
        self.is_stopped = False
        self.done: list[Element | Broken] = []

    def pass_over(self, *_: object) -> None:
        self.events += 1

    def namespace(self, *_: object) -> None:
        self.events += 1
        self.namespaces += 1

    def refuse(self, *_: object) -> int:
        raise _Stop(ProblemCode.XML_FORBIDDEN, "it declares a document type or an entity")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.events += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Stop(ProblemCode.XML_LIMIT, f"more than {MAX_DEPTH} elements stand inside one another")
        if len(attributes) + self.namespaces > MAX_ATTRIBUTES:
            raise _Stop(ProblemCode.XML_LIMIT, f"an element has more than {MAX_ATTRIBUTES} attributes")
        if len(self.names) > MAX_NAMES:
            raise _Stop(ProblemCode.XML_LIMIT, f"it has more than {MAX_NAMES} different names")
        self.namespaces = 0
        if self.skipped_depth:
            return
        namespace, _, local = name.rpartition(" ")
        if not self.open and not self.is_wanted(namespace, local):
            return
        element = Element(namespace, local, attributes)
        if self.open:
            self.open[-1].content.append(element)
        self.open.append(element)
        self.grow(100 + sum(map(len, attributes.values())))

    def characters(self, text: str) -> None:
        self.events += 1
        if self.open:
            self.open[-1].content.append(text)
            self.grow(len(text))

    def grow(self, size: int) -> None:
        self.size += size
        if self.size > MAX_RECORD:
            # The element is read to its end and forgotten; those after it are not its fault.
            self.skipped_depth = self.depth - len(self.open) + 1
            self.open, self.size = [], 0

    def end(self, _: str) -> None:
        self.events += 1
        if self.skipped_depth == self.depth:
            self.skipped_depth = 0
            reason = f"it has more than {MAX_RECORD:,} characters"
            self.done.append(Broken(*self.place(), ProblemCode.XML_LIMIT, reason))
        elif self.open:
            element = self.open.pop()
            if not self.open:
                self.done.append(element)
                self.size = 0
        self.depth -= 1

    def place(self) -> tuple[int, int]:
        return self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1

    def stop(self, code: ProblemCode, reason: str) -> None:
        self.is_stopped = True
        self.done.append(Broken(*self.place(), code, reason, is_last=True))


def elements(stream: Readable, is_wanted: IsWanted) -> Iterator[Element | Broken]:
    """Yields the chosen elements that stand in no other chosen one, each when it is complete.

    What ends the reading is a Broken with `is_last`; an element that is too large is one in its place among
    the others. Raises what `is_wanted` raises.
    """
    builder = _Builder(is_wanted)
    consumed, unfinished, chunk = 0, 0, b" "
    while chunk:
        before = builder.events
        try:
            chunk = _read(stream)
            builder.parser.Parse(chunk, not chunk)
            unfinished = unfinished + len(chunk) if builder.events == before else 0
            if unfinished > MAX_TOKEN:
                raise _Stop(ProblemCode.XML_LIMIT, f"a tag or comment has more than {MAX_TOKEN:,} bytes")
        except _Stop as stop:
            builder.stop(stop.code, stop.reason)
        except expat.ExpatError as error:
            # Expat's place of an error is the byte that it does not understand.
            place = builder.parser.ErrorByteIndex - consumed
            builder.stop(_code(error.code, chunk, place), expat.errors.messages.get(error.code, str(error)))
        except (LookupError, ValueError) as error:
            # Expat asks Python's codecs about encodings that it does not know.
            builder.stop(ProblemCode.ENCODING_INVALID, f"its encoding cannot be read: {error}")
        yield from builder.done
        if builder.is_stopped:
            return
        builder.done.clear()
        consumed += len(chunk)


def _read(stream: Readable) -> bytes:
    try:
        return stream.read(_CHUNK)
    except DAMAGED as error:
        reason = str(error) or "the compressed data is damaged"
        raise _Stop(ProblemCode.FILE_TRUNCATED, reason) from None


def _code(error: int, chunk: bytes, place: int) -> ProblemCode:
    if error in _TRUNCATED or (error == _INVALID_TOKEN and not chunk):
        return ProblemCode.FILE_TRUNCATED
    is_foreign = error == _INVALID_TOKEN and 0 <= place < len(chunk) and chunk[place] >= 0x80
    return ProblemCode.ENCODING_INVALID if is_foreign or error in _ENCODING else ProblemCode.XML_INVALID
