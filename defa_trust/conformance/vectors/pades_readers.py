"""PAdES: updates in which readers see different documents, and what only its number tells apart.

Each is one fault in what follows a signature; what was signed is intact.
"""

from __future__ import annotations

from typing import Final

from ..cms_build import case
from ..pdf_build import (
    FORGED,
    PAGE,
    PAGES,
    STORE,
    TEXT,
    catalog,
    compact,
    field,
    packed,
    place,
    plain,
    section,
    update,
)
from ..registry import Case, Group, Importance

_ISO = "ISO 32000-2"
_group = Group(
    "pades",
    features=("pades", "certificate-path", "crl", "es256"),
    twin="validation_data_after_it",
)
_changed: Final = "pades.changed"

_LAYERS: Final = b" /OCProperties <</OCGs [60 0 R] /D <</OFF [60 0 R]>>>>"
_LAYER: Final = b"<</Type /OCG /Name (draft)>>"
_LAYERED: Final = PAGE.replace(b">>", b" /Resources <</Properties <</L 60 0 R>>>>>>", 1)
_TWO: Final = b"<</Length 36>>\nstream\n/OC /L BDC (pay 999) EMC (pay 100)  \nendstream"


@_group.vector(
    f"{_ISO}, 7.5.5, table 15", _changed, notes="Objects from /Size on are missing to some readers."
)
def size_that_leaves_the_page_out() -> Case:
    """The trailer of an update states a /Size below the numbers of the page and its content."""
    return case(update(compact(), STORE, size=3))


@_group.vector(
    f"{_ISO}, 7.5.4", _changed, notes="Who mends a file takes the last object of a number."
)
def object_that_no_table_has() -> Case:
    """What the page shows stands again in the update, and its table does not say so."""
    return case(section(compact(), {}, b"4 0 obj\n" + FORGED + b"\nendobj\n"))


@_group.vector(
    f"{_ISO}, 7.5.4", _changed, notes="Who mends a file takes the last object of a number."
)
def object_that_was_replaced_and_put_back() -> Case:
    """One update replaces what the page shows, and the table of the next leads back."""
    good = compact()
    return case(section(update(good, {4: FORGED}), {4: (place(good, 4), 0, b"n")}))


@_group.vector(
    f"{_ISO}, 7.5.7", _changed, notes="Who mends a file looks into every stream of objects."
)
def page_in_a_stream_that_nothing_leads_to() -> Case:
    """The page was in a stream of objects when it was signed; an update has another such stream."""
    good = compact(packed(b"%PDF-1.7\n", {4: TEXT}, {1: catalog(), 2: PAGES, 3: PAGE}))
    inside = b"3 0 " + PAGE.replace(b"4 0 R", b"90 0 R")
    head = b"<</Type /ObjStm /N 1 /First 4 /Length %d>>" % len(inside)
    stream = head + b"\nstream\n" + inside + b"\nendstream"
    return case(update(good, {90: FORGED, 95: stream}))


@_group.vector(
    f"{_ISO}, 12.5.6.4",
    _changed,
    twin="further_signature",
    notes="The icon has a size of its own.",
)
def further_signature_that_is_a_note() -> Case:
    """The field of a time-stamp that is none is an annotation with an icon, of no extent."""
    note = field(13).replace(b"/Widget", b"/Text")
    held = {1: catalog(10, 12), 12: note, 13: b"<</SubFilter /ETSI.RFC3161>>"}
    return case(update(compact(), {**held, 3: PAGE.replace(b">>", b" /Annots [12 0 R]>>")}))


@_group.vector(f"{_ISO}, 7.3.10", _changed, notes="What names it names nothing any more.")
def page_under_another_generation() -> Case:
    """The page stands in the update once more, as generation 1 of its number."""
    good = compact()
    return case(section(good, {3: (len(good), 1, b"n")}, b"3 1 obj\n" + PAGE + b"\nendobj\n"))


@_group.vector(
    f"{_ISO}, 7.5.8.4", _changed, notes="Some readers know the table alone, or first of all."
)
def content_that_one_half_of_a_hybrid_section_frees() -> Case:
    """By the table of an update there is no content; by the stream beside it nothing changed."""
    good = compact()
    row = bytes((1,)) + place(good, 4).to_bytes(3) + b"\0"
    entries = b"/Type /XRef /W [1 3 1] /Index [4 1] /Size 99 /Root 1 0 R /Length 5"
    beside = b"71 0 obj\n<<%s>>\nstream\n%s\nendstream\nendobj\n" % (entries, row)
    return case(section(good, {4: (0, 65535, b"f")}, beside, b" /XRefStm %d" % len(good)))


@_group.vector(
    f"{_ISO}, annex F.3.1", _changed, notes="Some readers now begin with its first table."
)
def file_that_becomes_a_linearized_one() -> Case:
    """With the update the file has the length that its first object says a linearized one has."""

    def continued(length: int) -> bytes:
        first = b"%%PDF-1.7\n9 0 obj\n<</Linearized 1 /L %010d /N 1>>\nendobj\n" % length
        return update(compact(update(first, {1: catalog(), 2: PAGES, 3: PAGE, 4: TEXT})), STORE)

    return case(continued(len(continued(0))))


@_group.vector(
    f"{_ISO}, 8.11.2 and 8.11.4", _changed, notes="The layer that is off is no layer any more."
)
def layer_under_another_number() -> Case:
    """The catalog names a layer that is the same in every word, and another object."""
    good = compact(plain({3: _LAYERED, 4: _TWO, 60: _LAYER}, more=_LAYERS), more=_LAYERS)
    other = _LAYERS.replace(b"60 0 R", b"61 0 R")
    return case(update(good, {1: catalog(10, more=other), 61: _LAYER}))


@_group.vector(f"{_ISO}, 12.8.2.2.2, table 257", _changed, twin="form_filled_where_permitted",
               importance=Importance.PROFILE)  # fmt: skip
def layers_switched_by_a_field() -> Case:
    """What switches the layers is a field of the form, too, and that may be filled in."""
    layers = b" /OCProperties <</OCGs [60 0 R] /D 30 0 R>>"
    held = b"<</FT /Tx /T (amount) /BaseState /ON>>"
    permits = b" /Perms <</DocMDP 11 0 R>>" + layers
    form = compact(
        plain({30: held, 60: _LAYER}, more=layers),
        fields=(30,),
        more=permits,
        entries=b" /Reference [<</TransformMethod /DocMDP /TransformParams <</P 2>>>>]",
    )
    event = b" /AS [<</Event /View /OCGs [60 0 R] /Category [/View]>>]>>"
    return case(update(form, {30: held.replace(b">>", event)}))


@_group.vector(f"{_ISO}, 7.5.5 and 14.3.3", _changed)
def information_held_by_the_validation_data() -> Case:
    """The document's information is named by the trailer, and by the DSS as well."""
    store, info = b" /DSS 20 0 R", b" /Info 50 0 R"
    first = plain({20: b"<</Other 50 0 R>>", 50: b"<</Title (contract)>>"}, store, info)
    good = compact(first, more=store, trailer=info)
    return case(update(good, {50: b"<</Title (other)>>"}, info))
