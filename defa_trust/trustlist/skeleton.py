"""Skeletons of lists for operators who begin (floor 5).

Whatever this profile fixes is filled in; what only the operator knows is a placeholder, which lint
reports until it is replaced.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import MisuseError
from ..spec import ISSUING_STATES, MEMBER_STATES, SVC_CA_PKC
from . import documents
from .lint_texts import PLACEHOLDER
from .model import ListType, Stage, Status
from .services import STATUS_URIS

_DAY: Final = 86_400
_HOST: Final = f"https://{PLACEHOLDER.lower()}.invalid"
_MAIL: Final = f"mailto:operator@{PLACEHOLDER.lower()}.invalid"


def _fill(what: str) -> str:
    return f"{PLACEHOLDER}: {what}"


def skeleton(
    type: ListType,
    territory: str,
    *,
    issued: int,
    operator: str | None = None,
    recognises: str | None = None,
    valid_days: int = 30,
) -> dict[str, Any]:
    """A first list (sequence number 1) of ``territory``, to be completed and signed.

    ``issued`` is Unix seconds; ``recognises`` is the state of a recognition list's first
    arrangement. Raises ``MisuseError`` for a territory that can have no such list.
    """
    state = territory in MEMBER_STATES
    if state is (type is ListType.REGIONAL):
        raise MisuseError(
            f"{territory}: a regional list takes two letters that are no state's, the others one "
            f"of {' '.join(MEMBER_STATES)}"
        )
    if not (len(territory) == 2 and territory.isascii() and territory.isupper()):
        raise MisuseError(f"{territory!r} is no territory of two capital letters")
    if not 0 < valid_days <= 184:
        raise MisuseError("a list is valid for 1 to 184 days (TS 119 602, 6.3.15)")
    common: dict[str, Any] = {
        "territory": territory,
        "operator": operator or _fill("legal name of the scheme operator"),
        "sequence": 1,
        "issued": issued,
        "next_update": issued + valid_days * _DAY,
        "uri": f"{_HOST}/about",
        "contact": _MAIL,
    }
    if type is ListType.MEMBER_STATE:
        whole = documents.member_state_list(**common, entities=[_entity(territory, issued)])
    elif type is ListType.RECOGNITION:
        if recognises is not None and (recognises not in ISSUING_STATES or recognises == territory):
            raise MisuseError(f"{recognises}: name another member state, or a partner state")
        whole = documents.recognition_list(
            **common, arrangements=[_arrangement(territory, recognises, issued)]
        )
    else:
        whole = documents.regional_list(
            **common,
            operator_country="ID",
            community=_fill("name of the community of states"),
            pointers=[_pointer(code) for code in MEMBER_STATES],
        )
    address = whole["LoTE"]["ListAndSchemeInformation"]["SchemeOperatorAddress"]
    for postal in address["SchemeOperatorPostalAddress"]:
        postal["StreetAddress"] = _fill("street, number and town of the scheme operator")
        if type is ListType.REGIONAL:
            postal["Country"] = PLACEHOLDER
    return whole


def _certificate() -> dict[str, Any]:
    return {"X509Certificates": [{"val": _fill("base64 of the DER certificate")}]}


def _entity(territory: str, issued: int) -> dict[str, Any]:
    service = documents.service(
        id=f"urn:{PLACEHOLDER.lower()}:{territory.lower()}:1",
        type=SVC_CA_PKC,
        name=_fill("name of the service"),
        identity={},
        since=issued,
        status=Status.GRANTED,
    )
    service["ServiceInformation"]["ServiceDigitalIdentity"] = _certificate()
    return documents.trusted_entity(
        name=_fill("legal name of the trusted entity, as in its certificates"),
        territory=territory,
        services=[service],
        uri=f"{_HOST}/entity",
        contact=_MAIL,
        street=_fill("street, number and town of the entity"),
    )


def _arrangement(territory: str, recognised: str | None, issued: int) -> dict[str, Any]:
    others = [status for status in STATUS_URIS if status is not Status.GRANTED]
    return documents.arrangement(
        id=_fill("identifier").replace(": ", "-"),
        recognising=territory,
        recognised=recognised or PLACEHOLDER,
        instrument={
            "code": "bilateral",
            "title": _fill("title of the legal instrument"),
            "article": _fill("article"),
        },
        since=issued,
        service_types=[(SVC_CA_PKC, SVC_CA_PKC)],
        invalid=others,
        stage=Stage.OBSERVE,
    )


def _pointer(code: str) -> dict[str, Any]:
    found = documents.pointer(
        type=ListType.MEMBER_STATE,
        territory=code,
        location=f"{_HOST}/{code.lower()}.jwt",
        operator=_fill(f"scheme operator of {code}"),
        signers=[],
    )
    found["ServiceDigitalIdentities"] = [_certificate()]
    return found
