"""What came after a signed revision of a PDF, and whether that is shown to touch nothing (floor 3).

ISO 32000-2, 12.8.2.2 leaves a reader to judge later changes. The rule here is strict: validation
data (DSS), document time-stamps and further invisible signatures, whose objects are reached through
nothing else; and where the signer certified the document for it, values of its form. Whatever is
not shown to be that is named, and the signature does not pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

from ..codec.pdf import Document
from ..codec.pdf_objects import Name, Ref, Stream, Text, Word
from ..errors import Rejection
from .pdf_readers import other_reading

_FIELD_KEYS: Final = frozenset(
    ("Type", "Subtype", "FT", "T", "V", "P", "F", "Rect", "Ff", "AP", "MK", "DR", "DA", "H")
)
"""Of a new signature field; no action and no children. An appearance without extent shows nothing
(ISO 32000-2, 12.7.5.5)."""
_VALUE_KEYS: Final = frozenset(("V", "AP", "AS", "I", "M"))
"""What filling in changes of a field: its value and how that looks (12.7.4 and 12.5.2)."""
FURTHER: Final = "a further signature"
STAMP: Final = "a document time-stamp"
FILLED: Final = "values of form fields"
_VERSION: Final = re.compile(r"1\.[0-7]|2\.0")
_TRAILER: Final = 0
"""The user of what a trailer names: no object has this number (7.3.10)."""
_MAX_ALIKE: Final = 8
"""Levels through which two references to different objects are compared."""
_MAX_COMPARED: Final = 20_000
MAX_FIELDS: Final = 4096


class Form(Enum):
    """Whether values of the form may change after signing (ISO 32000-2, table 257)."""

    LOCKED = "locked"
    MAY_BE_FILLED = "may be filled in"


class _Changed(Exception):
    """Why the later part is not shown to be harmless."""


def refs_in(value: Any) -> Iterator[int]:
    """Numbers of the objects that a value names, each as often as it does."""
    open_ = [value]
    while open_:
        each = open_.pop()
        if isinstance(each, Ref):
            yield each.number
        elif isinstance(each, Stream):
            open_.append(each.entries)
        elif isinstance(each, dict):
            open_ += each.values()
        elif isinstance(each, list):
            open_ += each


def same(one: Any, other: Any) -> bool:
    """Whether two objects are equal, types included; streams are compared by ``_Later``."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _read(text: Text) -> str:
    """A text string (7.9.2.2), as far as it is needed to tell one name from another."""
    if text.octets.startswith(b"\xfe\xff"):
        return text.octets[2:].decode("utf-16-be", "replace")
    if text.octets.startswith(b"\xef\xbb\xbf"):
        return text.octets[3:].decode("utf-8", "replace")
    return text.octets.decode("latin-1")


def compare(signed: Document, final: Document, form: Form) -> tuple[tuple[str, ...], str | None]:
    """What was added to ``signed``, in words; and the first thing that is not shown harmless.

    Both are revisions of the same octets.
    """
    later = _Later(signed, final, form)
    try:
        later.judge()
    except _Changed as changed:
        return tuple(sorted(later.added)), str(changed)
    except Rejection as refusal:
        return tuple(sorted(later.added)), f"it cannot be compared ({refusal.code.id})"
    return tuple(sorted(later.added)), None


class _Later:
    """One comparison. ``touched`` are the numbers whose object may be another than before."""

    def __init__(self, signed: Document, final: Document, form: Form) -> None:
        self.old = signed
        self.new = final
        self.filling = form
        self.compared = 0
        self.fillable: dict[int, str] = {}
        """Fields and widgets of the signed revision that can take a value, and of which type."""
        self.added: set[str] = set()
        numbers = signed.entries.keys() | final.entries.keys()
        self.touched = {n for n in numbers if signed.entries.get(n) != final.entries.get(n)}
        for entry_of in (signed.entries, final.entries):
            for n, entry in entry_of.items():
                if entry is not None and entry.slot is not None and entry.place in self.touched:
                    self.touched.add(n)
        self.users: dict[int, list[int]] = {}
        """Of the signed revision: which objects name an object, each as often as they do."""

    def judge(self) -> None:
        old, new = self.old, self.new
        if bytes(old.data[:5]) != b"%PDF-":
            # Some count offsets from there, and would find another table (7.5.2; 7.5.4).
            raise _Changed("its header is not at the first octet")
        if old.head not in new.sections:
            raise _Changed("its cross-references do not lead back to the signed revision")
        later = new.sections[: new.sections.index(old.head)]
        if min(later, default=0) < old.end:
            raise _Changed("its cross-references stand within the signed revision")
        for key in ("Root", "Info"):
            if not same(old.trailer.get(key), new.trailer.get(key)):
                raise _Changed(f"another /{key}")
        root = old.trailer.get("Root")
        if not isinstance(root, Ref):
            raise _Changed("a catalog that is no object of its own")
        self.root = root.number
        for used in refs_in([old.trailer.get("Root"), old.trailer.get("Info")]):
            self.users.setdefault(used, []).append(_TRAILER)
        for number in old.numbers():
            for used in refs_in(self._of(old, number)):
                self.users.setdefault(used, []).append(number)
        if (otherwise := other_reading(old, new, later, self.users)) is not None:
            raise _Changed(otherwise)
        self.layers = self._layers()
        self.validation = self._validation()
        self.forms = self._only(old, "AcroForm", self.root)
        self.changed = {n for n in self.touched if self._differs(n)}
        self._catalog()
        for number in sorted(self.changed):
            self._explained(number)

    def _of(self, document: Document, number: int) -> Any:
        entry = document.entries.get(number)
        return Word.NULL if entry is None else document.get(Ref(number, entry.generation))

    def _differs(self, number: int) -> bool:
        before, after = self.old.entries.get(number), self.new.entries.get(number)
        if before is None and after is None:
            return False
        if before is None or after is None:
            return True
        if before.generation != after.generation:
            return True
        one, other = self._of(self.old, number), self._of(self.new, number)
        if isinstance(one, Stream) and isinstance(other, Stream):
            data = self.old.data
            return not same(one.entries, other.entries) or (
                data[one.begin : one.end] != data[other.begin : other.end]
            )
        return not same(one, other)

    def _only(self, document: Document, key: str, holder: int) -> int | None:
        """The object under a key of one object, where nothing else in the revision names it."""
        value = self._of(document, holder)
        found = value.get(key) if isinstance(value, dict) else None
        if isinstance(found, Ref) and self.users.get(found.number) == [holder]:
            return found.number
        return None

    def _validation(self) -> set[int]:
        """Objects of the signed DSS that nothing but the DSS names (EN 319 142-1, 5.4.2)."""
        top = self._only(self.old, "DSS", self.root)
        inside: set[int] = set()
        open_ = [] if top is None else [top]
        while open_:
            number = open_.pop()
            if number not in inside and number != self.root:  # the catalog is never part of it
                inside.add(number)
                open_ += refs_in(self._of(self.old, number))
        # An object that the rest of the document shares is none of them, nor what it names.
        open_ = [
            n for n in inside
            if n != top and not inside.issuperset(self.users.get(n, ()))
        ]  # fmt: skip
        while open_:
            number = open_.pop()
            if number in inside:
                inside.discard(number)
                named = refs_in(self._of(self.old, number))
                open_ += [n for n in named if n in inside and n != top]
        return inside

    def _layers(self) -> set[int]:
        """Objects of the optional content (8.11): layers are told apart by their numbers, and so
        none is the same under another one."""
        root = self._of(self.old, self.root)
        open_ = [*refs_in(root.get("OCProperties"))] if isinstance(root, dict) else []
        found: set[int] = set()
        while open_:
            number = open_.pop()
            if number not in found:
                found.add(number)
                open_ += refs_in(self._of(self.old, number))
        return found

    # --- each change -----------------------------------------------------------------------------
    def _explained(self, number: int) -> None:
        before, after = self.old.entries.get(number), self.new.entries.get(number)
        if before is None:
            if number in self.users:
                raise _Changed(f"object {number}, which the signed revision names and lacks")
            return  # reached, if at all, through what is judged here
        if after is None:
            raise _Changed(f"object {number} is gone")
        if before.generation != after.generation:
            # Whoever names it names another generation, which is nothing (7.3.10).
            raise _Changed(f"object {number} is of another generation")
        if number == self.root or number in self.validation:
            return
        if number in (self.forms, self.fields):
            return  # judged with the catalog
        value, other = self._of(self.old, number), self._of(self.new, number)
        if self.filling is Form.MAY_BE_FILLED and self._is_value(number, value, other):
            self.added.add(FILLED)
            return
        if isinstance(value, dict) and value.get("Type") == "Page":
            self._page(number, value, other)
        elif not self._annotations(number, value, other):
            raise _Changed(f"object {number} is another")

    def _catalog(self) -> None:
        """Of the catalog nothing changes but its DSS, its extensions and the list of fields."""
        before, after = self._of(self.old, self.root), self._of(self.new, self.root)
        if not isinstance(before, dict) or not isinstance(after, dict):
            raise _Changed("no catalog")
        self._alike(before, after, {"DSS", "AcroForm", "Extensions", "Version"}, "catalog")
        version = after.get("Version")
        if not same(before.get("Version"), version):
            if not isinstance(version, Name) or not _VERSION.fullmatch(version):
                raise _Changed("/Version of the catalog")
            self.added.add("a version number")
        if not same(before.get("DSS"), after.get("DSS")) or self.validation & self.changed:
            self.added.add("validation data")
        if not same(before.get("Extensions"), after.get("Extensions")):
            if isinstance(after.get("Extensions"), Ref) or [*refs_in(after.get("Extensions"))]:
                raise _Changed("extensions that are objects")
            self.added.add("extensions")
        was, now = before.get("AcroForm", {}), after.get("AcroForm", {})
        if isinstance(was, Ref) and was != now:
            raise _Changed("another form")
        form, other = self.old.get(was), self.new.get(now)
        self.fields: int | None = None
        if not isinstance(form, dict) or not isinstance(other, dict):
            raise _Changed("a form that is none")
        apart = {"Fields", "SigFlags"}
        if self.filling is Form.MAY_BE_FILLED:
            apart.add("NeedAppearances")
            self._find_fields(form.get("Fields"))
        if not self._uses_form_defaults(form):
            apart |= {"DR", "DA"}
        self._alike(form, other, apart, "form")
        if not same(form.get("NeedAppearances"), other.get("NeedAppearances")):
            self.added.add(FILLED)  # all fields look otherwise (12.7.3, table 224)
        holder = was.number if isinstance(was, Ref) else self.root
        if isinstance(listed := form.get("Fields"), Ref):
            if not same(listed, other.get("Fields")):
                raise _Changed("another list of fields")
            if self.users.get(listed.number) == [holder]:
                self.fields = listed.number
        self.news = self._added(
            self.old.get(form.get("Fields", [])), self.new.get(other.get("Fields", []))
        )
        listed = self.old.get(form.get("Fields", []))
        known = [self.old.get(each) for each in listed if isinstance(each, Ref)]
        names = [each.get("T") for each in known if isinstance(each, dict)]
        if any(not isinstance(name, (Text, type(None))) for name in names):
            raise _Changed("a name of a field that is none")
        self.names = {_read(name) for name in names if isinstance(name, Text)}
        for number in self.news:
            self._field(number)

    def _alike(self, one: Any, other: Any, apart_from: set[str], what: str) -> None:
        for key in (one.keys() | other.keys()) - apart_from:
            if not self._equal(one.get(key), other.get(key), _MAX_ALIKE):
                raise _Changed(f"/{key} of the {what}")

    def _equal(self, one: Any, other: Any, levels: int) -> bool:
        """Whether two objects are equal, also where one is written anew under another number.

        A number that is the same in both is equal here: if its object is another, that is judged by
        itself.
        """
        self.compared += 1
        if self.compared > _MAX_COMPARED:
            raise _Changed("more that was written anew than is compared")
        if same(one, other):
            return True
        if isinstance(one, Ref) and isinstance(other, Ref):
            if not levels or one.number in self.layers or other.number in self.layers:
                return False
            one, other = self.old.get(one), self.new.get(other)
            levels -= 1
        if type(one) is not type(other):
            return False
        if isinstance(one, Stream):
            octets = self.old.data[one.begin : one.end]
            return octets == self.new.data[other.begin : other.end] and self._equal(
                one.entries, other.entries, levels
            )
        if isinstance(one, dict):
            return one.keys() == other.keys() and all(
                self._equal(one[key], other[key], levels) for key in one
            )
        if isinstance(one, list):
            return len(one) == len(other) and all(
                self._equal(a, b, levels) for a, b in zip(one, other, strict=True)
            )
        return same(one, other)

    # --- the form --------------------------------------------------------------------------------
    def _uses_form_defaults(self, form: Any) -> bool:
        """Whether anything but a signature can take its looks from the form's /DR and /DA (12.7.3).

        What is a field, and what has a default appearance of its own, might.
        """
        open_ = [self._of(self.old, number) for number in self.old.numbers()]
        while open_:
            each = open_.pop()
            if isinstance(each, Stream):
                each = each.entries
            if isinstance(each, dict):
                kind = self.old.get(each.get("FT", Word.NULL))
                if kind not in (Word.NULL, "Sig") or ("DA" in each and each is not form):
                    return True
                open_ += each.values()
            elif isinstance(each, list):
                open_ += each
        return False

    def _find_fields(self, listed: Any) -> None:
        """Fill ``fillable`` from the tree of fields (12.7.4), but for signatures that are made."""
        open_: list[tuple[Any, Any, bool]] = [(listed, None, False)]
        seen: set[int] = set()
        while open_:
            value, kind, made = open_.pop()
            value = self.old.get(value)
            for each in value if type(value) is list else ():
                if not isinstance(each, Ref) or each.number in seen:
                    continue
                field = self.old.get(each)
                if not isinstance(field, dict) or len(seen) == MAX_FIELDS:
                    raise _Changed("a form that is none, or too large")
                seen.add(each.number)
                own = self.old.get(field.get("FT", kind))
                signature = own == "Sig" and (made or "V" in field)
                if own in ("Tx", "Btn", "Ch", "Sig") and not signature:
                    self.fillable[each.number] = str(own)
                open_.append((field.get("Kids"), own, signature))

    def _is_value(self, number: int, before: Any, after: Any) -> bool:
        """Whether a change is no more than a value filled into the signed revision's own form."""
        if number in self.layers:
            return False  # it is no value alone
        if number not in self.fillable:
            holders = self.users.get(number, [])
            return (
                isinstance(before, Stream)
                and isinstance(after, Stream)
                and len(holders) == 1
                and holders[0] in self.fillable
                and number in refs_in(self._of(self.old, holders[0]).get("AP"))
            )
        if not isinstance(after, dict):
            return False
        if self.fillable[number] == "Sig" and "V" in after:
            self.added.add(FURTHER)
        self._alike(before, after, set(_VALUE_KEYS), "field")
        for key in ("V", "AP"):
            known = {*refs_in(before.get(key))}
            if any(
                n not in known and self.old.entries.get(n) is not None
                for n in refs_in(after.get(key))
            ):
                return False  # it shows what is an object of the document already
        return True

    # --- lists and pages -------------------------------------------------------------------------
    def _added(self, before: Any, after: Any) -> set[int]:
        """What a list has more at its end: objects that the signed revision does not know."""
        if type(before) is not list or type(after) is not list:
            raise _Changed("a list that is none")
        if not same(before, after[: len(before)]):
            raise _Changed("a list that was shortened or reordered")
        more = after[len(before) :]
        found = {each.number for each in more if isinstance(each, Ref)}
        if len(found) != len(more) or any(self.old.entries.get(n) is not None for n in found):
            raise _Changed("a list whose new entries are no new objects")
        return found

    def _field(self, number: int) -> None:
        """A new signature field without extent on the page (ISO 32000-2, 12.7.5.5)."""
        field = self._of(self.new, number)
        if not isinstance(field, dict) or field.get("FT") != "Sig":
            raise _Changed("a new field that is no signature")
        if field.get("Subtype", "Widget") != "Widget":
            # Some annotations have an icon, which is shown without any extent (12.5.6.4).
            raise _Changed("a new signature that is another annotation")
        if field.keys() - _FIELD_KEYS or not isinstance(field.get("V"), Ref):
            raise _Changed("a new signature field with more than a signature")
        name = field.get("T")
        if not isinstance(name, Text) or _read(name) in self.names or b"\\" in name.octets:
            raise _Changed("a new field without a name of its own")
        self.names.add(_read(name))
        rect = self.new.get(field.get("Rect", []))
        numbers = type(rect) is list and all(type(each) in (int, float) for each in rect)
        if not numbers or (rect and (len(rect) != 4 or rect[:2] != rect[2:])):
            raise _Changed("a new signature that is visible")
        held = self._of(self.new, field["V"].number)
        if self.old.entries.get(field["V"].number) is not None or not isinstance(held, dict):
            raise _Changed("a new signature field that shows an old object")
        stamp = held.get("SubFilter") == "ETSI.RFC3161"
        self.added.add(STAMP if stamp else FURTHER)

    def _page(self, number: int, before: Any, after: Any) -> None:
        """A page whose list of annotations has the new signatures' fields at its end."""
        if not isinstance(after, dict):
            raise _Changed(f"page {number} is another")
        self._alike(before, after, {"Annots"}, "page")
        if isinstance(before.get("Annots"), Ref):
            raise _Changed("another list of annotations")
        listed = self._added(before.get("Annots", []), self.new.get(after.get("Annots", [])))
        if not listed <= self.news:
            raise _Changed("a new annotation")

    def _annotations(self, number: int, before: Any, after: Any) -> bool:
        users = self.users.get(number, [])
        if type(before) is not list or len(users) != 1:
            return False
        page = self._of(self.old, users[0])
        if not isinstance(page, dict) or page.get("Type") != "Page":
            return False
        listed = page.get("Annots")
        if not isinstance(listed, Ref) or listed.number != number:
            return False
        return self._added(before, after) <= self.news
