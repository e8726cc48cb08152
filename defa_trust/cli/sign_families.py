"""What `defa-trust sign` can make (floor 13): one row a family.

A row says which forms the family has and how one order is carried out. What all families share
(keys, moments, the test TSA, CRLs and OCSP responses) is read once, in ``sign``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from ..content import Content
from ..errors import MisuseError
from ..formats.asic_names import Kind

if TYPE_CHECKING:
    from ..formats.cades_sign import TimestampSource
    from ..material import Item
    from ..signer import Signer


class Order(NamedTuple):
    """One document to be signed. ``form`` is one of the family's, ``signing_time`` Unix seconds."""

    content: bytes
    name: str
    """Under which a signature refers to the content, where its family does: a URI reference."""
    signer: Signer
    signing_time: int
    digest: str
    commitments: tuple[str, ...]
    form: str
    detached: bool
    timestamps: TimestampSource | None
    """Level B-T; ``None`` for B-B."""
    evidence: tuple[Item, ...]
    """Level B-LT: CRLs and OCSP responses."""


class Family(NamedTuple):
    """``forms``: the first that will do is meant where none is named. Of those in ``detached`` the
    content can stay outside; those in ``bare`` have no place for time-stamps (level B-B alone); of
    those in ``cms`` one digest is that of the content and of the signature."""

    standard: str
    sign: Callable[[Order], bytes]
    forms: tuple[str, ...]
    detached: tuple[str, ...]
    bare: tuple[str, ...] = ()
    cms: tuple[str, ...] = ()


def _cades(order: Order) -> bytes:
    from ..formats.cades_sign import Placement, sign_cades

    return sign_cades(
        order.content,
        order.signer,
        placement=Placement.DETACHED if order.detached else Placement.ATTACHED,
        signing_time=order.signing_time,
        digest=order.digest,
        commitments=order.commitments,
        timestamps=order.timestamps,
        evidence=order.evidence,
    )


def _jades(order: Order) -> bytes:
    """Detached, it is over a digest of the named object as it is: for that a digest suffices."""
    from ..formats.jades_sign import JadesForm, JadesPayload, sign_jades
    from ..formats.sign_common import Detached

    content: bytes | Detached = order.content
    if order.detached:
        content = Detached(order.name, Content.of(order.content))
    return sign_jades(
        content,
        order.signer,
        form=JadesForm(order.form),
        payload=JadesPayload.BY_URI_HASH if order.detached else JadesPayload.ATTACHED,
        encoded=not order.detached,
        signing_time=order.signing_time,
        digest=order.digest,
        commitments=order.commitments,
        timestamps=order.timestamps,
        evidence=order.evidence,
    )


def _xades(order: Order) -> bytes:
    from ..formats.sign_common import Detached
    from ..formats.xades_sign import XmlPlacement, sign_xades

    content: bytes | Detached = order.content
    if order.detached:
        content = Detached(order.name, Content.of(order.content))
    return sign_xades(
        content,
        order.signer,
        placement=XmlPlacement(order.form),
        signing_time=order.signing_time,
        digest=order.digest,
        commitments=order.commitments,
        timestamps=order.timestamps,
        evidence=order.evidence,
    )


def _pades(order: Order) -> bytes:
    from ..formats.pades_sign import Certify, sign_pades

    return sign_pades(
        order.content,
        order.signer,
        signing_time=order.signing_time,
        digest=order.digest,
        commitments=order.commitments,
        certify=Certify.FILL_IN_FORMS if order.form == "certification" else None,
        timestamps=order.timestamps,
        evidence=order.evidence,
    )


def _asic(order: Order, kind: Kind) -> bytes:
    """One file in a container, under the name it has."""
    from ..formats.asic_sign import Form, sign_asic

    return sign_asic(
        {unquote(order.name): order.content},
        order.signer,
        kind=kind,
        form=Form(order.form),
        signing_time=order.signing_time,
        digest=order.digest,
        commitments=order.commitments,
        timestamps=order.timestamps,
        evidence=order.evidence,
    )


FAMILIES: Final[Mapping[str, Family]] = MappingProxyType(
    {
        "cades": Family("CAdES, EN 319 122-1", _cades, ("cms",), ("cms",), cms=("cms",)),
        "jades": Family(
            "JAdES, TS 119 182-1",
            _jades,
            ("compact", "flattened", "general"),
            ("compact", "flattened", "general"),
            ("compact",),
        ),
        "xades": Family(
            "XAdES, EN 319 132-1",
            _xades,
            ("enveloped", "enveloping", "detached"),
            ("detached",),
        ),
        "pades": Family(
            "PAdES, EN 319 142-1",
            _pades,
            ("approval", "certification"),
            (),
            cms=("approval", "certification"),
        ),
        **{
            f"asic-{kind.letter}": Family(
                f"ASiC-{kind.letter.upper()}, EN 319 162-1",
                partial(_asic, kind=kind),
                ("cades", "xades"),
                (),
                cms=("cades",),
            )
            for kind in Kind
        },
    }
)
"""By the name of the format, as ``verify`` tells it; of ASiC both kinds of containers."""

FORMS: Final = tuple(dict.fromkeys(form for each in FAMILIES.values() for form in each.forms))


def form_of(
    format: str, form: str | None, *, detached: bool, stamped: bool
) -> tuple[Family, str, bool]:
    """The family, the form that is meant, and whether the content stays outside.

    Raises ``MisuseError`` for a form that the family does not have, or not detached or
    ``stamped``.
    """
    family = FAMILIES[format]
    if form is None:
        places = family.detached if detached and family.detached else family.forms
        fit = [each for each in places if not (stamped and each in family.bare)]
        form = (fit or places)[0]
    if form not in family.forms:
        raise MisuseError(f"{format} has no form {form}; its forms: {', '.join(family.forms)}")
    if detached and form not in family.detached:
        raise MisuseError(f"{format} of the form {form} holds its content")
    if stamped and form in family.bare:
        raise MisuseError(f"{format} of the form {form} has no place for time-stamps")
    return family, form, detached or form == "detached"
