"""End to end: one state's credential in another, with all that both sides demand at once.

The region is small and shared, so that a change of one fact shows what that fact decides.
"""

from __future__ import annotations

from typing import Any

from ...crypto import KeyType
from ..build import (
    DAY,
    MOMENT,
    WITHDRAWN,
    YEAR,
    arrangement,
    bound_request,
    cose_kid,
    cwt,
    digest,
    jwk_identity,
    key,
    key_binding,
    member_list,
    named,
    period,
    public_jwk,
    qr,
    recognition_list,
    request_of,
    sd_issuer,
    sd_payload,
    service,
    sign1,
    trust,
    vc,
)
from ..registry import Case, Group, Importance

_group = Group("cross_border", features=("recognition",))
_PROFILE = Importance.PROFILE
_IAL = "urn:defa:scale:th:ial"
_REALM = "https://sso.my.test.example/realms/"


def _row(home: str, proofing: int) -> dict[str, Any]:
    recognised = {"proofing": proofing, "authentication": None, "federation": None}
    return {"scheme": _IAL, "home": home, "recognised": recognised}


def _thailand(**members: Any) -> dict[str, Any]:
    return service(levels=[{"scheme": _IAL, "value": "2.3"}], **members)


def _region(
    *,
    thai: dict[str, Any] | None = None,
    without: str = "",
    singapore: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """TH, MY, PH, SG, VN and KH list services; SG, TH, PH and VN publish what they recognise.

    ``without`` leaves one state's member list out (as missing); ``singapore`` replaces what SG
    recognises.
    """
    ed25519 = jwk_identity("issuer PH", KeyType.ED25519)
    pattern = {"kind": "issuer-pattern", "value": _REALM + "{rp}"}
    civil = service("VN", id="urn:test:VN-civil", scope="civil")
    official = service(
        "VN",
        id="urn:test:VN-official",
        scope="official",
        type="http://uri.etsi.org/TrstSvc/Svctype/EAA/Pub-EAA",
        issuerIds=["https://official.vn.test.example"],
        identities=[jwk_identity("official VN")],
    )
    lists = [
        member_list("TH", thai or _thailand()),
        member_list(
            "MY", service("MY", issuerIds=[], identities=[jwk_identity("issuer MY"), pattern])
        ),
        member_list("PH", service("PH", identities=[ed25519])),
        member_list("SG", service("SG")),
        member_list("VN", civil, official),
        member_list(
            "KH",
            service(
                "KH", identities=[{"kind": "online", "value": "https://check.kh.test.example"}]
            ),
        ),
    ]
    recognised = singapore or [
        arrangement(
            "SG",
            "TH",
            assuranceMap=[_row("2.1", 1), _row("2.3", 2)],
            purposes=["account-opening"],
            credentialTypes=[
                "https://credentials.test.example/identity",
                "TestIdentityCredential",
                "hcert:v",
            ],
        ),
        arrangement("SG", "MY"),
        arrangement("SG", "PH"),
        arrangement("SG", "VN"),
        arrangement("SG", "KH"),
    ]
    documents = [
        *(item for item in lists if item["territory"] != without),
        recognition_list("SG", *recognised),
        recognition_list("TH", arrangement("TH", "SG", stage="pilot", limits={"maxPerDay": 10})),
        recognition_list("PH", arrangement("PH", "SG")),
        recognition_list("VN", arrangement("VN", "TH", requires=["prior_listing"])),
    ]
    gone = {"type": "member_state", "territory": without, "code": "list.expired"}
    return trust(*documents, missing=[gone] if without else [])


# --- the whole corridor TH → SG by SD-JWT VC -----------------------------------------
_NAME = named("family_name", "TEST-ONLY")
_ASKED = {
    "purpose": "account-opening",
    "minLevel": {"proofing": 2, "authentication": 0, "federation": 0},
}


def _message(**members: Any) -> str:
    return f"{sd_issuer(sd_payload(_sd=[digest(_NAME)], **members))}~{_NAME}~"


def _corridor(
    *,
    world: dict[str, Any] | None = None,
    asked: dict[str, Any] | None = None,
    binding: dict[str, Any] | None = None,
    moment: int = MOMENT,
    **members: Any,
) -> Case:
    message = _message(**members)
    token = (message + key_binding(message, **(binding or {}))).encode()
    return Case(token, world or _region(), bound_request(**{**_ASKED, **(asked or {})}), moment)


_corridor_group = Group(
    "cross_border",
    features=("es256", "key-binding", "levels", "recognition", "sd-jwt-vc"),
    twin="thai_identity_in_singapore",
)


@_corridor_group.vector("DEFA profile, DefaRecognition")
def thai_identity_in_singapore() -> Case:
    """A Thai identity opens an account in Singapore: proof, purpose and level as demanded."""
    return _corridor()


@_corridor_group.vector("RFC 7519, 4.1.4", "time.expired")
def thai_identity_expired() -> Case:
    """The same, expired since yesterday."""
    return _corridor(exp=MOMENT - DAY)


@_corridor_group.vector("RFC 9901, 7.3", "holder.nonce_mismatch")
def thai_identity_replayed() -> Case:
    """The same, with a proof made for an earlier request."""
    return _corridor(binding={"nonce": "TEST-ONLY-yesterday"})


@_corridor_group.vector("RFC 9901, 7.3", "crypto.signature_invalid")
def thai_identity_stolen() -> Case:
    """The same, presented by somebody without the holder's key."""
    return _corridor(binding={"signer": key("attacker")})


@_corridor_group.vector(
    "DEFA profile, purposes", "recognition.purpose_not_covered", importance=_PROFILE
)
def thai_identity_for_another_purpose() -> Case:
    """The same, for a purpose that the arrangement does not cover."""
    return _corridor(asked={"purpose": "voting"})


@_corridor_group.vector(
    "DEFA profile, assuranceMap", "recognition.level_too_low", importance=_PROFILE
)
def thai_identity_level_three_wanted() -> Case:
    """The same, where proofing of level 3 is asked for."""
    return _corridor(asked={"minLevel": {"proofing": 3, "authentication": 0, "federation": 0}})


@_corridor_group.vector(
    "DEFA profile, DefaLoA cap", "recognition.level_too_low", importance=_PROFILE
)
def thai_identity_provider_capped() -> Case:
    """The same, from a provider whose grant is capped below the level asked for."""
    capped = service(levels=[{"scheme": _IAL, "value": "2.3", "cap": "2.1"}])
    return _corridor(world=_region(thai=capped))


@_corridor_group.vector("TS 119 602, 6.6.4", "service.not_granted")
def thai_identity_issuer_withdrawn() -> Case:
    """The same, from an issuer that was withdrawn last week."""
    history = [
        period("withdrawn", WITHDRAWN, MOMENT - 7 * DAY),
        period(start=MOMENT - YEAR, until=MOMENT - 7 * DAY),
    ]
    return _corridor(world=_region(thai=_thailand(history=history)))


@_corridor_group.vector("TS 119 615, 4.3", "resolve.issuer_unknown")
def thai_list_missing() -> Case:
    """The same, where Thailand's list could not be accepted: its issuers are not known."""
    return _corridor(world=_region(without="TH"))


@_corridor_group.vector(
    "DEFA profile, DefaRecognition", "recognition.no_arrangement", importance=_PROFILE
)
def thai_identity_no_longer_recognised() -> Case:
    """The same valid identity, where nothing but Singapore's recognition list has changed."""
    return _corridor(world=_region(singapore=[arrangement("SG", "MY")]))


@_corridor_group.vector("DEFA profile, stage", "recognition.pilot", importance=_PROFILE)
def thai_identity_in_a_pilot() -> Case:
    """The same, where Singapore's arrangement is still a pilot."""
    rule = arrangement("SG", "TH", stage="pilot", assuranceMap=[_row("2.3", 2)])
    return _corridor(world=_region(singapore=[rule]))


@_corridor_group.vector(
    "DEFA profile, DefaRecognisedForeign", "recognition.not_listed_here", importance=_PROFILE
)
def thai_identity_in_vietnam() -> Case:
    """The same in Viet Nam, which asks for prior listing, and whose register is empty."""
    return _corridor(asked={"relyingState": "VN", "minLevel": None})


@_corridor_group.vector(
    "DEFA profile, DefaRecognition", "recognition.no_arrangement", importance=_PROFILE
)
def thai_identity_in_the_philippines() -> Case:
    """The same in the Philippines, which recognise Singapore but not Thailand."""
    return _corridor(asked={"relyingState": "PH"})


@_corridor_group.vector(
    "DEFA profile, DefaRecognition", "recognition.list_missing", importance=_PROFILE
)
def thai_identity_in_malaysia() -> Case:
    """The same in Malaysia, which publishes no recognition list."""
    return _corridor(asked={"relyingState": "MY"})


@_corridor_group.vector(
    "TS 119 615, 4.3",
    "crypto.signature_invalid",
    notes="One state's service signs in another's name.",
)
def thai_identity_signed_in_malaysia() -> Case:
    """A Thai identity by name, signed with a key that Malaysia lists under the same `kid`."""
    payload = sd_payload(_sd=[digest(_NAME)])
    message = f"{sd_issuer(payload, signer=key('issuer MY'))}~{_NAME}~"
    token = (message + key_binding(message)).encode()
    return Case(token, _region(), bound_request(**_ASKED))


# --- the other direction -----------------------------------------
_SG = "https://issuer.sg.test.example"


def _singaporean(state: str, **asked: Any) -> Case:
    token = vc(issuer=_SG, signer=key("issuer SG"))
    return Case(token, _region(), request_of(relyingState=state, **asked))


_sg_group = Group("cross_border", features=("es256", "recognition", "vc-jwt"))


@_sg_group.vector("DEFA profile, DefaRecognition", importance=_PROFILE)
def singaporean_in_the_philippines() -> Case:
    """A credential of Singapore in the Philippines, which recognise it."""
    return _singaporean("PH")


@_sg_group.vector(
    "DEFA profile, stage",
    "recognition.pilot",
    importance=_PROFILE,
    twin="singaporean_in_the_philippines",
)
def singaporean_in_thailand() -> Case:
    """The same in Thailand: a pilot, although Singapore recognises Thailand in full."""
    return _singaporean("TH", volumeUsed={"maxPerDay": 9})


@_sg_group.vector(
    "DEFA profile, limits",
    "recognition.volume_exhausted",
    importance=_PROFILE,
    twin="singaporean_in_the_philippines",
)
def singaporean_in_thailand_full() -> Case:
    """The same in Thailand, where the day's places are used up."""
    case = _singaporean("TH", volumeUsed={"maxPerDay": 10})
    lists = [
        recognition_list("TH", arrangement("TH", "SG", limits={"maxPerDay": 10}))
        if item["type"] == "recognition" and item["territory"] == "TH"
        else item
        for item in case.trust["lists"]
    ]
    return Case(case.data, {"lists": lists}, case.request)


# --- other states and formats
@_group.vector("DEFA profile, OtherIds", importance=_PROFILE, features=("es256", "vc-jwt"))
def malaysian_for_its_bank() -> Case:
    """A Malaysian credential made for one bank's realm, at that bank."""
    token = vc(issuer=_REALM + "bank-1", signer=key("issuer MY"))
    return Case(token, _region(), request_of(relyingParty="bank-1"))


@_group.vector(
    "DEFA profile, OtherIds",
    "resolve.relying_party_mismatch",
    importance=_PROFILE,
    twin="malaysian_for_its_bank",
    features=("es256", "vc-jwt"),
)
def malaysian_for_another_bank() -> Case:
    """The same at another bank."""
    token = vc(issuer=_REALM + "bank-1", signer=key("issuer MY"))
    return Case(token, _region(), request_of(relyingParty="bank-2"))


def _philippine(signer: str = "issuer PH") -> bytes:
    message = sign1(
        cwt(l1="PH"),
        protected={1: -8, 4: cose_kid("issuer PH", KeyType.ED25519)},
        signer=key(signer, KeyType.ED25519),
        alg="Ed25519",
    )
    return qr(message, compressed=False)


_UNCOMPRESSED = {"profiles": ["hcert-uncompressed"]}


@_group.vector(
    "EU DCC specification volume 1, 4.2.1",
    importance=_PROFILE,
    features=("ed25519", "hcert", "hcert-uncompressed"),
)
def philippine_code_in_singapore() -> Case:
    """An uncompressed Philippine code by Ed25519, where the request allows that profile."""
    return Case(_philippine(), _region(), request_of(**_UNCOMPRESSED))


@_group.vector(
    "EU DCC specification volume 1, 4.2.1",
    "crypto.signature_invalid",
    twin="philippine_code_in_singapore",
    features=("ed25519", "hcert", "hcert-uncompressed"),
)
def philippine_code_forged() -> Case:
    """The same, signed by somebody else."""
    return Case(_philippine("attacker"), _region(), request_of(**_UNCOMPRESSED))


@_group.vector("DEFA profile, DefaScope", importance=_PROFILE, features=("es256", "vc-jwt"))
def vietnamese_civil_hierarchy() -> Case:
    """A credential of Viet Nam's civil hierarchy, whose service type Singapore maps."""
    token = vc(issuer="https://issuer.vn.test.example", signer=key("issuer VN"))
    return Case(token, _region())


@_group.vector(
    "DEFA profile, serviceTypeMap",
    "recognition.service_type_unmapped",
    importance=_PROFILE,
    twin="vietnamese_civil_hierarchy",
    features=("es256", "vc-jwt"),
)
def vietnamese_official_hierarchy() -> Case:
    """A credential of the parallel official hierarchy, whose service type nobody maps."""
    token = vc(issuer="https://official.vn.test.example", signer=key("official VN"))
    return Case(token, _region())


@_group.vector(
    "TS 119 615, 4.3",
    "crypto.signature_invalid",
    twin="vietnamese_civil_hierarchy",
    features=("es256", "vc-jwt"),
    notes="Parallel hierarchies of one state pooled.",
)
def vietnamese_hierarchies_confused() -> Case:
    """A credential that names the civil issuer, signed by the official one."""
    token = vc(issuer="https://issuer.vn.test.example", signer=key("official VN"))
    return Case(token, _region())


@_group.vector(
    "DEFA profile, OtherIds",
    "resolve.online_only",
    importance=_PROFILE,
    twin="vietnamese_civil_hierarchy",
    features=("es256", "vc-jwt"),
)
def cambodian_online_only() -> Case:
    """A Cambodian credential, which only its issuer's own service can check."""
    token = vc(issuer="https://issuer.kh.test.example", signer=key("issuer KH"))
    return Case(token, _region())


@_group.vector("DEFA profile, credentialTypes", importance=_PROFILE, features=("es256", "hcert"))
def thai_code_in_singapore() -> Case:
    """A Thai health code for the purpose that the arrangement covers."""
    return Case(qr(sign1(cwt())), _region(), request_of(purpose="account-opening"))


@_group.vector(
    "EU DCC specification volume 1, 3.3.3",
    "resolve.key_unknown",
    twin="thai_code_in_singapore",
    features=("es256", "hcert"),
)
def singaporean_code_with_a_thai_name() -> Case:
    """A code that names Thailand, signed under a key of Singapore."""
    message = sign1(cwt(), protected={1: -7, 4: cose_kid("issuer SG")}, signer=key("issuer SG"))
    return Case(qr(message), _region(), request_of(purpose="account-opening"))


@_group.vector(
    "RFC 8725, 3.10",
    "crypto.signature_invalid",
    twin="malaysian_for_its_bank",
    features=("es256", "vc-jwt"),
)
def malaysian_with_a_key_of_its_own() -> Case:
    """A credential that brings the attacker's key along in its header."""
    token = vc(
        issuer=_REALM + "bank-1",
        header={"jwk": public_jwk("attacker")},
        signer=key("attacker"),
    )
    return Case(token, _region(), request_of(relyingParty="bank-1"))
