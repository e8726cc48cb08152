"""What the files of a trust folder say (floor 12): names, pins, and the record of successions."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from .codec import base64url
from .codec import json as strict_json
from .errors import MisuseError, Rejection
from .trustlist.accept import Handover, Hop, Pin, looks_like_xml
from .trustlist.assemble import Pins
from .trustlist.model import Binding, ListType
from .trustlist.pin import SignerProfile
from .x509.pinned_key import read_pinned_key

VERSION: Final = 1
TYPE_NAMES: Final = {
    ListType.REGIONAL: "regional",
    ListType.MEMBER_STATE: "member_state",
    ListType.RECOGNITION: "recognition",
}
TYPES: Final = {name: kind for kind, name in TYPE_NAMES.items()}
LIST_FILE: Final = re.compile(r"(regional|member_state|recognition)-([A-Z]{2})\.(?:jwt|xml)")
COMPANION_FILE: Final = re.compile(r"(regional)-([A-Z]{2})\.(?:jwt|xml)\.companion\.json")
RECORD_FILE: Final = re.compile(r"[A-Z]{2}-[0-9]{1,16}\.json")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MAX_RECORD_BYTES: Final = 16 << 20
_SUFFIXES: Final = (".jwt", ".xml")
_BESIDE: Final = ".companion.json"
_PIN: Final = frozenset(
    {
        "type",
        "territory",
        "signers",
        "location",
        "threshold",
        "handover",
        "binding",
        "profile",
        "publication",
    }
)


def file_name(kind: ListType, territory: str, data: bytes) -> str:
    """Of a list's file; ``MisuseError`` where it would be no plain name."""
    if not isinstance(kind, ListType):
        raise MisuseError("the type of a list is a ListType")
    name = f"{TYPE_NAMES[kind]}-{territory}{_SUFFIXES[looks_like_xml(data)]}"
    if LIST_FILE.fullmatch(name) is None:
        raise MisuseError(f"{territory!r} is no territory code of two capital letters")
    return name


def companion_name(kind: ListType, territory: str, data: bytes) -> str:
    """Of the file beside a list."""
    return file_name(kind, territory, data) + _BESIDE


def other_name(name: str) -> str | None:
    """Of the same place in the other syntax, which must not stay beside this one."""
    for own, other in (_SUFFIXES, _SUFFIXES[::-1]):
        for end in ("", _BESIDE):
            if name.endswith(own + end):
                return name.removesuffix(own + end) + other + end
    return None


def lines(value: Any) -> bytes:
    """JSON for people and for tools that compare."""
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


# --- pins ----------------------------------------------------------------------------------------
def pins_document(pins: Pins) -> bytes:
    return lines({"version": VERSION, "pins": [_pin_shape(pin) for pin in pins]})


def _pin_shape(pin: Pin) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": TYPE_NAMES[pin.type],
        "territory": pin.territory,
        "signers": [base64url.encode_standard(der) for der in pin.signers],
    }
    if pin.location is not None:
        entry["location"] = pin.location
    if pin.threshold != 1:
        entry["threshold"] = pin.threshold
    if pin.handover is not None:
        entry["handover"] = handover_shape(pin.handover)
    return entry | syntax_shape(pin)


def syntax_shape(pin: Pin) -> dict[str, Any]:
    """What is said of a pin of a list in XML, and of no other."""
    if pin.binding is Binding.JSON:
        return {}
    shape = {"binding": pin.binding.value, "profile": pin.profile.value}
    return shape if pin.publication is None else {**shape, "publication": pin.publication}


def read_syntax(entry: Any) -> tuple[Binding, SignerProfile, str | None]:
    """As ``syntax_shape`` writes it; raises one of several errors where it is damaged."""
    publication = entry.get("publication")
    if not isinstance(publication, str | None):
        raise TypeError
    return (
        Binding(entry.get("binding", Binding.JSON)),
        SignerProfile(entry.get("profile", SignerProfile.TS_119_612)),
        publication,
    )


def handover_shape(handover: Handover) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "sequence": handover.sequence,
        "sha256": handover.digest,
        "validFrom": handover.valid_from,
        "signers": [base64url.encode_standard(der) for der in handover.signers],
        "threshold": handover.threshold,
    }
    if handover.previous is not None:
        shape["previousSha256"] = handover.previous
    return shape


def read_pin(entry: Any) -> Pin:
    """One entry of `pins.json`; raises one of several errors where it is damaged."""
    location = entry.get("location")
    if set(entry) - _PIN:
        raise TypeError
    if not isinstance(entry["territory"], str) or not isinstance(location, str | None):
        raise TypeError
    handover = entry.get("handover")
    return Pin(
        TYPES[entry["type"]],
        entry["territory"],
        _signers(entry["signers"]),
        location,
        _whole(entry.get("threshold", 1)),
        None if handover is None else read_handover(handover),
        *read_syntax(entry),
    )


def read_handover(entry: Any) -> Handover:
    """As ``handover_shape`` writes it; raises one of several errors where it is damaged."""
    return Handover(
        _whole(entry["sequence"]),
        _digest(entry["sha256"]),
        _digest(entry["previousSha256"]) if "previousSha256" in entry else None,
        _whole(entry["validFrom"]),
        _signers(entry["signers"]),
        _whole(entry["threshold"]),
    )


def _signers(value: Any) -> tuple[bytes, ...]:
    if type(value) is not list or not value:
        raise TypeError
    signers = tuple(base64url.decode_standard(text) for text in value)
    for der in signers:
        read_pinned_key(der)
    return signers


def _whole(value: Any) -> int:
    if type(value) is not int or value < 1:
        raise TypeError
    return value


def _digest(value: Any) -> str:
    if type(value) is not str or DIGEST.fullmatch(value) is None:
        raise TypeError
    return value


# --- the record of successions ------------------------------------------------------------------
class SuccessionRecord(NamedTuple):
    """One handing over of a regional list's signers, as it was carried out at ``at``.

    ``before`` and ``after`` are (threshold, SHA-256 (hex) of the signers' certificates); ``digest``
    is that of the list's JWS signing input, or of a pivot's signed content. ``data`` and
    ``signatures`` prove it once more.
    """

    at: int
    territory: str
    sequence: int
    digest: str
    before: tuple[int, tuple[str, ...]]
    after: tuple[int, tuple[str, ...]]
    data: bytes
    signatures: tuple[tuple[str, str], ...]


def record_name(hop: Hop) -> str:
    return f"{hop.after.territory}-{hop.trust_list.sequence}.json"


def record_document(hop: Hop, at: int) -> bytes:
    """The record that is kept of a succession."""
    handover = hop.after.handover
    assert handover is not None
    return lines(
        {
            "version": VERSION,
            "at": at,
            "territory": hop.after.territory,
            "sequence": handover.sequence,
            "sha256": handover.digest,
            "before": _side(hop.before),
            "after": _side(hop.after),
            "list": hop.signed.data.decode("utf-8"),
            "signatures": [sibling._asdict() for sibling in hop.signed.siblings],
        }
    )


def _side(pin: Pin) -> dict[str, Any]:
    return {
        "threshold": pin.threshold,
        "signers": [sha256(der).hexdigest() for der in pin.signers],
    }


def read_record(path: Path) -> SuccessionRecord:
    """A record of the trail. Raises ``OSError``, and ``MisuseError`` where it is damaged."""
    with path.open("rb") as file:
        raw = file.read(_MAX_RECORD_BYTES + 1)
    try:
        entry = strict_json.loads_object(raw, max_bytes=_MAX_RECORD_BYTES)
        if entry["version"] != VERSION:
            raise TypeError  # noqa: TRY301 - one way out for all faults
        return SuccessionRecord(
            _whole(entry["at"]),
            str(entry["territory"]),
            _whole(entry["sequence"]),
            _digest(entry["sha256"]),
            _read_side(entry["before"]),
            _read_side(entry["after"]),
            entry["list"].encode("utf-8"),
            tuple((str(s["protected"]), str(s["signature"])) for s in entry["signatures"]),
        )
    except (Rejection, KeyError, TypeError, AttributeError, ValueError):
        raise MisuseError(f"{path} is damaged: restore it from a copy") from None


def _read_side(entry: Any) -> tuple[int, tuple[str, ...]]:
    return _whole(entry["threshold"]), tuple(_digest(name) for name in entry["signers"])
