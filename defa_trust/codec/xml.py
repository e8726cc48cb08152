"""XML, strictly: the only door to lxml (floor 2).

No document type, no entity, no network, no other encoding than UTF-8, and caps before a tree is
built. Whatever the library raises ends here as a ``Rejection``.
"""

from __future__ import annotations

import re
from copy import deepcopy
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeAlias

from ..codes import xml as codes
from ..errors import MissingExtraError, MisuseError, Rejection
from ..spec import MAX_LIST_BYTES

Element: TypeAlias = Any
"""An element of lxml. Its stubs are no part of the library, so it is opaque to the type checker."""

MAX_DEPTH: Final = 64
"""Ours: the deepest public list has 21 levels. The parser itself stops at 256."""
MAX_TAGS: Final = 4_000_000
"""Ours, for tags and for attributes each: the largest public list (2 MB) has under 100,000."""
MAX_PREFIXES: Final = 32
"""Ours: the public lists have at most 9. Inclusive canonicalisation takes, for every element, time
that grows with the square of the namespaces in scope: 200 KB with 2,000 prefixes took minutes."""
MAX_ATTRIBUTES: Final = 256
"""Ours, of one element. Canonicalisation takes time that grows with the square of them: an element
of 200,000 took minutes."""
XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"

_BOM: Final = b"\xef\xbb\xbf"
_UTF8_ONLY: Final = re.compile(
    rb"<\?xml\s+version\s*=\s*[\"']1\.0[\"']"
    rb"(?:\s+encoding\s*=\s*[\"'](?:[Uu][Tt][Ff]-8)[\"'])?"
    rb"(?:\s+standalone\s*=\s*[\"'](?:yes|no)[\"'])?\s*\?>"
)
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY|ATTLIST|NOTATION)")
_PREFIX: Final = re.compile(rb"xmlns:([^\s=]*)")
_CROWDED: Final = f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])"
_ID_ATTRIBUTES: Final = "//@*[name() = 'Id' or name() = 'ID' or name() = 'id' or name() = 'xml:id']"
"""In one pass, and so in document order without sorting."""


class Canonical(StrEnum):
    """Canonicalisation methods that are read; none of them keeps comments."""

    EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
    INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"


@lru_cache(maxsize=1)
def _etree() -> Any:
    try:
        from lxml import etree
    except ModuleNotFoundError:
        raise MissingExtraError("xml", "a trusted list in XML") from None
    return etree


@lru_cache(maxsize=8)
def _xpath(expression: str) -> Any:
    """An expression of ours, compiled once."""
    return _etree().XPath(expression)


def _parser() -> Any:
    return _etree().XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
    )


def parse(
    data: bytes,
    *,
    max_bytes: int = MAX_LIST_BYTES,
    max_depth: int = MAX_DEPTH,
    max_tags: int | None = None,
) -> Element:
    """The root element of a document, in which comments and processing instructions are kept.

    Raises ``Rejection`` (`xml.*`): caps are checked before the parser sees a byte. A UTF-8 byte
    order mark and a declaration that says UTF-8 are read; nothing may stand before them.
    """
    if type(data) is not bytes:
        raise MisuseError(f"XML is bytes, not {type(data).__name__}")
    if len(data) > max_bytes:
        raise Rejection(codes.TOO_LARGE, expected=max_bytes, actual=len(data))
    # Every tag has its bracket and every attribute its sign, so these bound what is built.
    most = MAX_TAGS if max_tags is None else max_tags
    if data.count(b"<") > most or data.count(b"=") > 2 * most:
        raise Rejection(codes.TOO_MANY, expected=most)
    if len(set(_PREFIX.findall(data))) > MAX_PREFIXES:
        raise Rejection(codes.TOO_MANY, expected=MAX_PREFIXES)
    text = data[3:] if data.startswith(_BOM) else data
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejection(codes.ENCODING) from None
    if text.startswith(b"<?xml") and _UTF8_ONLY.match(text) is None:
        raise Rejection(codes.ENCODING)
    # Every byte is UTF-8 here, so no other encoding can hide the declaration from this search. One
    # within a comment is refused too: nobody needs it, and telling the two apart needs a parser.
    if _DOCTYPE.search(text) is not None:
        raise Rejection(codes.DOCTYPE)
    etree = _etree()
    try:
        root = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as fault:
        # The library's message quotes the input; the place says enough.
        place = f"line {fault.lineno}" if fault.lineno else "nothing to read"
        raise Rejection(codes.SYNTAX, actual=place) from None
    except ValueError:
        raise Rejection(codes.SYNTAX, actual="not a document") from None
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise Rejection(codes.DOCTYPE)
    if _xpath(f"boolean({'/*' * (max_depth + 1)})")(root):
        raise Rejection(codes.TOO_DEEP, expected=max_depth)
    if _xpath(_CROWDED)(root):
        raise Rejection(codes.TOO_MANY, expected=MAX_ATTRIBUTES)
    return root


def canonical_document(
    root: Element,
    method: Canonical,
    *,
    comments: bool = False,
    prefixes: tuple[str, ...] = (),
) -> bytes:
    """The whole document (Canonical XML 1.0; Exclusive XML C14N 1.0), by default without comments.

    ``prefixes`` as for ``canonical_element``.
    """
    return _canonical(root.getroottree(), method, comments=comments, prefixes=prefixes)


def canonical_element(
    element: Element,
    method: Canonical,
    *,
    comments: bool = False,
    prefixes: tuple[str, ...] = (),
) -> bytes:
    """One element with what is below it, as a node-set of its document.

    Inclusive canonicalisation brings in the namespaces and `xml:` attributes of the ancestors
    (Canonical XML 1.0, 2.4), exclusive does not but for the namespaces of ``prefixes``, where
    `#default` is the one without (Exclusive XML C14N 1.0, 4).
    """
    if method is Canonical.INCLUSIVE or prefixes:
        element = with_context(element, xml_attributes=method is Canonical.INCLUSIVE)
    return _canonical(element, method, comments=comments, prefixes=prefixes)


def _canonical(
    node: Any, method: Canonical, *, comments: bool = False, prefixes: tuple[str, ...] = ()
) -> bytes:
    etree = _etree()
    exclusive = method is Canonical.EXCLUSIVE
    try:
        octets: bytes = etree.tostring(
            node,
            method="c14n",
            exclusive=exclusive,
            with_comments=comments,
            inclusive_ns_prefixes=list(prefixes) if exclusive and prefixes else None,
        )
    except (etree.LxmlError, ValueError):
        # Canonical XML 1.0, 1.3: a relative namespace URI has no canonical form.
        raise Rejection(codes.SYNTAX, actual="its namespaces") from None
    return octets


def with_context(element: Element, *, xml_attributes: bool = True) -> Element:
    """A copy, the root of a tree of its own, that carries what inclusive canonicalisation takes
    from the ancestors: namespaces, and ``xml_attributes`` unless told otherwise.

    The library canonicalises an element as if it were a document, so that without this the
    namespaces that its ancestors declare and it does not use would be missing.
    """
    etree = _etree()
    # Written and read again: a copy moved into another tree would have the namespaces that two
    # prefixes stand for folded into one, and so other names than those that were signed. The text
    # of an element holds the namespaces of its ancestors.
    try:
        text = etree.tostring(element, encoding="utf-8", with_tail=False)
        copy = etree.fromstring(text, _parser())
    except (etree.LxmlError, ValueError):
        raise Rejection(codes.SYNTAX, actual="its namespaces") from None
    prefix = f"{{{XML_NAMESPACE}}}"
    for ancestor in element.iterancestors() if xml_attributes else ():
        for name, value in ancestor.attrib.items():
            if name.startswith(prefix) and name not in copy.attrib:
                copy.set(name, value)
    return copy


def place_of(element: Element, ancestor: Element) -> tuple[int, ...]:
    """Which child to take at each step from ``ancestor`` down to ``element``."""
    steps: list[int] = []
    while element is not ancestor:
        parent = element.getparent()
        steps.append(parent.index(element))
        element = parent
    return tuple(reversed(steps))


def at_place(ancestor: Element, place: tuple[int, ...]) -> Element:
    """The element at a place of ``place_of``, in a copy of that ancestor."""
    for step in place:
        ancestor = ancestor[step]
    return ancestor


def copy_of(root: Element) -> Element:
    """The root of a second tree: the whole document, with what stands beside its root."""
    return deepcopy(root.getroottree()).getroot()


def detach(element: Element) -> None:
    """Take an element out of its tree and leave the text behind it where it is."""
    parent = element.getparent()
    tail = element.tail
    if tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)


def identified(root: Element) -> dict[str, list[Element]]:
    """The elements of a document by the attributes that may serve as identifiers.

    An element that is named twice by one value stands there once; two elements stand there both.
    """
    found: dict[str, list[Element]] = {}
    for value in _xpath(_ID_ATTRIBUTES)(root):
        element = value.getparent()
        named = found.setdefault(str(value), [])
        # The result is in document order, so that an element's own attributes follow each other.
        if not named or named[-1] is not element:
            named.append(element)
    return found


def size(root: Element) -> int:
    """How many elements there are from ``root`` down."""
    return int(_xpath("count(descendant-or-self::*)")(root))


def inherits_xml_attributes(element: Element) -> bool:
    """Whether an ancestor has `xml:` attributes, which canonicalisation methods treat apart."""
    prefix = f"{{{XML_NAMESPACE}}}"
    return any(name.startswith(prefix) for each in element.iterancestors() for name in each.attrib)


def texts(element: Element) -> list[str]:
    """All character data below an element, in order; comments and instructions are none."""
    return [str(text) for text in element.xpath("descendant::text()")]


def build(name: str, nsmap: dict[str | None, str]) -> Element:
    """A new root element; ``name`` in Clark notation."""
    return _etree().Element(name, nsmap=nsmap)


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    """A new last child. Raises ``Rejection`` for text that XML cannot hold."""
    child = _etree().SubElement(parent, name)
    try:
        child.text = text
        for attribute, value in attributes.items():
            child.set(attribute, value)
    except ValueError:
        raise Rejection(codes.SYNTAX, actual="a character that XML does not allow") from None
    return child


def serialise(root: Element) -> bytes:
    """A UTF-8 document with its declaration."""
    octets: bytes = _etree().tostring(
        root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=None
    )
    return octets


def children(element: Element) -> list[Element]:
    """The child elements, without comments and processing instructions."""
    return list(element.iterchildren("*"))


def leaf(element: Element) -> str | None:
    """The character data of an element; ``None`` if it has anything but text below it.

    Read from canonical bytes, where no comment is left to cut a text in two; a processing
    instruction, which canonicalisation keeps, could do the same and is refused here.
    """
    if len(element):
        return None
    text: str | None = element.text
    return text or ""
