"""One set of good and bad member-state lists: for the schema, the decoder and the quick reader.

A bad case is (path, value, code): a good list in which one member has that value, or is taken away
(``...``), is refused with that code. Each reader of lists must refuse each of them, except that a
JSON Schema cannot see some kinds of fault at all: those stand in ``BEYOND_A_SCHEMA``.
"""

from __future__ import annotations

from defa_trust import publish
from defa_trust.crypto import KeyType
from defa_trust.trustlist.model import Status
from defa_trust.trustlist.services import STATUS_URIS
from tests.signed_lists import (
    CURRENT,
    DAY,
    ENTITY,
    NOW,
    SERVICE,
    changed,
    entity,
    key,
    member_document,
    operator,
    service,
)

INFORMATION = (*ENTITY, "TrustedEntityInformation")
SERVICES = (*ENTITY, "TrustedEntityServices")
EXTENSIONS = (*CURRENT, "ServiceInformationExtensions")
IDENTITY = (*CURRENT, "ServiceDigitalIdentity")
PAST = (*SERVICE, "ServiceHistory", 0)
_NAME = [{"lang": "en", "value": "x"}]


def base():
    """The list that every fault is put into: two services, one of them with a past."""
    _, certificate = operator("TH")
    return member_document(
        entities=[
            entity(
                "TH",
                service(
                    number=1,
                    identity=publish.certificate_identity(certificate),
                    history=[
                        (Status.SUSPENDED, NOW - 310 * DAY),
                        (Status.SANDBOX, NOW - 320 * DAY),
                    ],
                    levels=[("urn:defa:scale:th:ial", "2.3", "2.1")],
                    credential_types=["https://c.test.example/id"],
                    formats=["vc-jwt"],
                ),
                service(number=2),
            )
        ]
    )


def _other_ids(*ids):
    return {"OtherIds": list(ids)}


def _certificate(value):
    return {"X509Certificates": [{"val": value}]}


def good_documents():
    """Name to document: what a reader could trip over and must not."""
    _, certificate = operator("TH")
    okp = key("okp", KeyType.ED25519).verification_key
    yield "base", base()
    yield "one service", member_document()
    yield (
        "an entity each",
        member_document(entities=[entity("TH", service(number=number)) for number in range(1, 6)]),
    )
    yield "one certificate, two types", member_document(
        entities=[
            entity(
                "TH",
                service(number=1, identity=publish.certificate_identity(certificate)),
                service(
                    number=2, type="a:b", identity=publish.certificate_identity(certificate)
                ),
            )
        ]
    )  # fmt: skip
    yield (
        "every kind of identity",
        changed(
            base(),
            IDENTITY,
            publish.merged(
                publish.certificate_identity(certificate),
                publish.jwk_identity(key("ec").verification_key, "k1"),
                publish.jwk_identity(okp, "k2"),
                publish.other_identity(
                    "issuer:https://i.test.example",
                    "issuer-pattern:https://sso.test.example/realms/{rp}",
                    "jwks:https://i.test.example/jwks",
                    "online:https://i.test.example/check",
                ),
                {"X509SubjectNames": ["CN=for people"]},
            ),
        ),
    )
    yield (
        "an encoding beside the certificate",
        changed(base(), (*IDENTITY, "X509Certificates", 0, "encoding"), "urn:x"),
    )
    names = {
        "en": "TEST-ONLY Cơ quan", "th": "ทดสอบ", "km": "សេវា\u200cសាកល្បង", "en-SG": "x" * 1024,
        "my": "စမ်းသပ်\u200dမှု", "vi": "Cơ quan chứng thực", "ar": "اختبار", "zh-Hans": "试验",
    }  # fmt: skip
    yield (
        "names in eight languages",
        changed(base(), (*CURRENT, "ServiceName"), publish.texts(names)),
    )
    yield (
        "astral characters",
        changed(
            base(),
            (*CURRENT, "ServiceName"),
            [*_NAME, {"lang": "zh", "value": "\U00020000" * 1024}],
        ),
    )
    yield (
        "English is not the first language",
        changed(base(), (*CURRENT, "ServiceName"), [{"lang": "th", "value": "ทดสอบ"}, *_NAME]),
    )
    yield (
        "a long text with spaces within",
        changed(base(), (*CURRENT, "ServiceName", 0, "value"), "a  b" * 200),
    )
    for extra in ({"a": [1, None, {"b": "\u202e"}]}, "text", ["x", "y"], 1.5, None):
        unknown = publish.extension("FutureThing", extra)
        yield (
            f"an unknown extension: {type(extra).__name__}",
            member_document(
                entities=[entity("TH", service(extensions=[unknown]), service(number=2))]
            ),
        )
    yield (
        "extensions of the entity",
        changed(
            base(),
            (*INFORMATION, "TEInformationExtensions"),
            [{"Critical": False, "Other": {"a": 1}}],
        ),
    )
    yield "a trade name", changed(base(), (*INFORMATION, "TETradeName"), _NAME)
    yield (
        "addresses of the service",
        changed(
            changed(base(), (*CURRENT, "ServiceDefinitionURI"), publish.addresses("a:b")),
            (*CURRENT, "ServiceSupplyPoints"),
            [{"uriValue": "https://s.test.example", "ServiceType": "a:b"}],
        ),
    )
    yield (
        "a definition by the scheme",
        changed(base(), (*CURRENT, "SchemeServiceDefinitionURI"), publish.addresses("a:b")),
    )
    yield "a whole postal address", changed(
        base(),
        (*INFORMATION, "TEAddress", "TEPostalAddress"),
        [
            {
                "lang": "en", "StreetAddress": "1 Street", "Locality": "Bangkok",
                "StateOrProvince": "กรุงเทพ", "PostalCode": "10200", "Country": "TH",
            }
        ],
    )  # fmt: skip
    yield (
        "a past with its type and identifier",
        changed(
            changed(base(), (*PAST, "ServiceTypeIdentifier"), base_type()),
            (*PAST, "ServiceInformationExtensions"),
            [{"Critical": False, "ServiceUniqueIdentifier": "a:b"}],
        ),
    )
    yield "a past without identifiers", changed(base(), (*PAST, "ServiceDigitalIdentity"), {})
    yield (
        "a past with other identifiers",
        changed(
            base(), (*PAST, "ServiceDigitalIdentity"), _other_ids("issuer:https://i.test.example")
        ),
    )
    term = publish.extension("DefaLegalTerm", {"lang": "th", "value": "ลายมือชื่อ"})
    gone = publish.extension("DefaDistrustAfter", publish.time_text(NOW - 50 * DAY), critical=True)
    yield (
        "a term, and distrust",
        member_document(entities=[entity("TH", service(extensions=[term, gone]))]),
    )
    yield (
        "critical extensions that are known",
        member_document(
            entities=[
                entity(
                    "TH", service(extensions=[publish.extension("DefaScope", "x", critical=True)])
                )
            ]
        ),
    )
    yield (
        "many levels and issuers",
        member_document(
            entities=[
                entity(
                    "TH",
                    service(
                        levels=[("a", "1"), ("b", "2", "1")],
                        issuer_ids=[f"https://i{number}.test.example" for number in range(30)],
                    ),
                )
            ]
        ),
    )
    yield (
        "standing in law, class and standards",
        member_document(
            entities=[
                entity(
                    "TH",
                    service(
                        extensions=[
                            publish.extension("DefaLegalStatus", "licensed"),
                            publish.extension("DefaTechnicalClass", "certificate_based"),
                            publish.extension("DefaStandards", ["urn:x", "urn:y"]),
                            publish.extension("DefaScope", "TEST-ONLY civil"),
                        ],
                        formats=["vc-jwt", "sd-jwt"],
                    ),
                )
            ]
        ),
    )
    for status in STATUS_URIS:
        yield f"status {status}", member_document(entities=[entity("TH", service(status=status))])
    yield (
        "a closed list",
        member_document(entities=[entity("TH", service(status=Status.EXPIRED))], closed_since=NOW),
    )
    yield "no entities", member_document(entities=[])


def base_type():
    document = base()
    place = document
    for step in CURRENT:
        place = place[step]
    return place["ServiceTypeIdentifier"]


def _twice(*path):
    place = base()
    for step in path:
        place = place[step]
    return [place, place]


def _bad_cases():
    good = operator("TH")[1]
    der = publish.certificate_identity(good)["X509Certificates"][0]["val"]
    name = (*CURRENT, "ServiceName")
    starting = (*CURRENT, "StatusStartingTime")
    yield from (
        (name, [], "member_value"),
        (name, _NAME * 2, "duplicate"),
        (name, [*_NAME, {"lang": "th", "value": "x"}, {"lang": "th", "value": "y"}], "duplicate"),
        (name, [{"lang": "th", "value": "x"}], "text_english"),
        (name, [{"lang": "en-SG", "value": "x"}], "text_english"),
        (name, [*_NAME, {"lang": "TH", "value": "x"}], "member_value"),
        (name, [*_NAME, {"lang": "", "value": "x"}], "member_value"),
        (name, [*_NAME, {"lang": "th", "value": ""}], "member_value"),
        (name, [*_NAME, {"lang": "th", "value": " x"}], "member_value"),
        (name, [*_NAME, {"lang": "th", "value": "\u00a0ก"}], "member_value"),
        (name, [*_NAME, {"lang": "th", "value": "ก\u3000"}], "member_value"),
        (name, [*_NAME, {"lang": "th", "value": "ก" * 1025}], "member_value"),
        (name, [*_NAME, {"lang": "en-SG", "value": "Tr\u0443st"}], "text_script"),
        (name, [*_NAME, {"lang": "vi", "value": "Co\u031b"}], "text_not_normal"),
        (name, [*_NAME, {"lang": "my", "value": "\u1025\u102e"}], "text_not_normal"),
        (name, [*_NAME, {"lang": "th", "value": "\u0e48\u0e38"}], "text_not_normal"),
        (name, [{"lang": "en", "value": "x", "y": "z"}], "member_unknown"),
        (name, [{"lang": "en"}], "member_missing"),
        (name, "x", "member_value"),
        (name, ["x"], "member_value"),
        (
            name,
            _NAME + [{"lang": f"x{a}{b}", "value": "x"} for a in "abcdefgh" for b in "abcdefgh"],
            "too_many",
        ),
        ((*name, 0, "value"), 1, "member_value"),
        ((*name, 0, "value"), None, "member_value"),
        ((*name, 0, "value"), " x", "member_value"),
        ((*name, 0, "value"), "x ", "member_value"),
        ((*name, 0, "value"), " ", "member_value"),
        ((*name, 0, "value"), "x" * 1025, "member_value"),
        ((*name, 0, "value"), "a<b", "text_forbidden"),
        ((*name, 0, "value"), "a>b", "text_forbidden"),
        ((*name, 0, "value"), "a\tb", "text_forbidden"),
        ((*name, 0, "value"), "a\0b", "text_forbidden"),
        ((*name, 0, "value"), "a\x7fb", "text_forbidden"),
        ((*name, 0, "value"), "a\x85b", "text_forbidden"),
        ((*name, 0, "value"), "a\u2028b", "text_forbidden"),
        ((*name, 0, "value"), "a\u202eb", "text_forbidden"),
        ((*name, 0, "value"), "a\u200bb", "text_forbidden"),
        ((*name, 0, "value"), "a\ufeffb", "text_forbidden"),
        ((*name, 0, "value"), "a\U000e0041b", "text_forbidden"),
        ((*name, 0, "value"), "a\ue000b", "text_forbidden"),
        ((*name, 0, "value"), "a\u0378b", "text_forbidden"),
        ((*name, 0, "value"), "a\u200cb", "text_script"),
        ((*name, 0, "value"), "Tr\u0443st", "text_script"),
        ((*name, 0, "value"), "Cafe\u0301", "text_not_normal"),
        ((*name, 0, "lang"), "english", "member_value"),
        ((*name, 0, "lang"), "en ", "member_value"),
        (starting, publish.time_text(NOW - 311 * DAY), "history_order"),
        (starting, "2026-02-30T00:00:00Z", "time_form"),
        (starting, "2026-13-01T00:00:00Z", "time_form"),
        (starting, "2026-01-01T24:00:00Z", "time_form"),
        (starting, "2026-01-01T00:00:60Z", "time_form"),
        (starting, "2026-01-01T00:00:00z", "time_form"),
        (starting, "2026-01-01t00:00:00Z", "time_form"),
        (starting, "2026-01-01T00:00:00", "time_form"),
        (starting, "2026-01-01T00:00:00Z ", "time_form"),
        (starting, "2026-01-01T00:00:00.0Z", "time_form"),
        (starting, "2026-01-01T00:00:00+00:00", "time_form"),
        (starting, "2026-01-01T00:00:0\u0660Z", "time_form"),
        (starting, "0000-01-01T00:00:00Z", "time_form"),
        (starting, "", "time_form"),
        (starting, 1793404800, "time_form"),
        ((*CURRENT, "ServiceTypeIdentifier"), ..., "member_missing"),
        ((*CURRENT, "ServiceTypeIdentifier"), "no uri", "member_value"),
        ((*CURRENT, "ServiceTypeIdentifier"), "a:" + "b" * 2048, "member_value"),
        ((*CURRENT, "ServiceTypeIdentifier"), "a:b\u00e9", "member_value"),
        ((*CURRENT, "ServiceTypeIdentifier"), True, "member_value"),
        ((*CURRENT, "ServiceStatus"), "x:y", "status_unknown"),
        ((*CURRENT, "ServiceDefinitionURI"), [], "member_value"),
        ((*CURRENT, "ServiceDefinitionURI"), [{"lang": "th", "uriValue": "a:b"}], "text_english"),
        (
            (*CURRENT, "SchemeServiceDefinitionURI"),
            [{"lang": "en", "uriValue": "b"}],
            "member_value",
        ),
        ((*CURRENT, "ServiceSupplyPoints"), [{"uriValue": "x"}], "member_value"),
        (
            (*CURRENT, "ServiceSupplyPoints"),
            [{"uriValue": "a:b", "ServiceType": "x"}],
            "member_value",
        ),
        ((*CURRENT, "ServiceSupplyPoints"), [{"ServiceType": "a:b"}], "member_missing"),
        ((*CURRENT, "ServiceSupplyPoints"), [], "member_value"),
        ((*CURRENT, "Unknown"), "x", "member_unknown"),
        ((*SERVICE, "Unknown"), "x", "member_unknown"),
        ((*ENTITY, "Unknown"), "x", "member_unknown"),
        (SERVICES, [], "member_value"),
        (SERVICES, {}, "member_value"),
        (SERVICES, _twice(*SERVICE), "duplicate"),
        (SERVICES, [None], "member_value"),
        ((*SERVICES, 1), ..., None),
        (("LoTE", "TrustedEntitiesList"), _twice(*ENTITY), "duplicate"),
        (("LoTE", "TrustedEntitiesList"), [1], "member_value"),
    )
    yield from (
        ((*INFORMATION, "TEName"), ..., "member_missing"),
        ((*INFORMATION, "TEName"), [{"lang": "th", "value": "x"}], "text_english"),
        ((*INFORMATION, "TETradeName"), [], "member_value"),
        ((*INFORMATION, "TEInformationURI"), [{"lang": "en", "uriValue": "x y"}], "member_value"),
        ((*INFORMATION, "TEInformationURI"), [{"lang": "th", "uriValue": "a:b"}], "text_english"),
        (
            (*INFORMATION, "TEInformationExtensions"),
            [{"Critical": True, "X": 1}],
            "extension_critical",
        ),
        ((*INFORMATION, "TEAddress", "TEElectronicAddress"), [], "member_value"),
        ((*INFORMATION, "TEAddress", "TEPostalAddress", 0, "Country"), "th", "member_value"),
        ((*INFORMATION, "TEAddress", "TEPostalAddress", 0, "Country"), "THA", "member_value"),
        ((*INFORMATION, "TEAddress", "TEPostalAddress", 0, "StreetAddress"), "", "member_value"),
        (
            (*INFORMATION, "TEAddress", "TEPostalAddress", 0, "StreetAddress"),
            "a\u202eb",
            "text_forbidden",
        ),
        ((*INFORMATION, "TEAddress", "TEPostalAddress", 0, "lang"), " en", "member_value"),
        ((*INFORMATION, "TEAddress", "TEPostalAddress", 0, "Locality"), "x ", "member_value"),
        ((*INFORMATION, "TEAddress", "TEPostalAddress", 0, "Planet"), "x", "member_unknown"),
    )
    yield from (
        (EXTENSIONS, {}, "member_value"),
        (EXTENSIONS, [{"Critical": False, "X": 1}], "member_missing"),
        (EXTENSIONS, [{"Critical": False, "X": "y"}], "member_missing"),
        ((*EXTENSIONS, 0, "Critical"), ..., "extension_form"),
        ((*EXTENSIONS, 0, "Critical"), "false", "extension_form"),
        ((*EXTENSIONS, 0, "Critical"), 0, "extension_form"),
        ((*EXTENSIONS, 0, "DefaScope"), "x", "extension_form"),
        ((*EXTENSIONS, 0, "ServiceUniqueIdentifier"), ..., "extension_form"),
        ((*EXTENSIONS, 0, "ServiceUniqueIdentifier"), "x", "member_value"),
        ((*EXTENSIONS, 0, "ServiceUniqueIdentifier"), ["a:b"], "member_value"),
        ((*EXTENSIONS, 0, "ServiceUniqueIdentifier"), {"a": "b"}, "member_value"),
        ((*EXTENSIONS, 0, "ServiceUniqueIdentifier"), True, "member_value"),
        (
            (*EXTENSIONS, 1),
            {"Critical": False, "ServiceUniqueIdentifier": "a:b"},
            "extension_twice",
        ),
        ((*EXTENSIONS, 1), {"Critical": True, "Unknown": "x"}, "extension_critical"),
        ((*EXTENSIONS, 1), {"Critical": False, "": "x"}, "extension_form"),
        ((*EXTENSIONS, 1), {"Critical": False, "a b": "x"}, "extension_form"),
        ((*EXTENSIONS, 1), {"Critical": False, "x" * 129: "x"}, "extension_form"),
        ((*EXTENSIONS, 1), {"Critical": False, "Critical ": False}, "extension_form"),
        ((*EXTENSIONS, 1), {}, "extension_form"),
        ((*EXTENSIONS, 1), [], "extension_form"),
    )
    second = (*SERVICES, 1, "ServiceInformation", "ServiceInformationExtensions", 1)
    for title, values in {
        "DefaLoA": (
            [], {}, "x", ["x"], [{"scheme": "a", "value": "b c"}],
            [{"scheme": "a", "value": "b", "cap": ""}], [{"scheme": "a", "value": 1}],
        ),
        "DefaIssuerIds": (
            [], "x", {"a": "b"}, [""], ["a b"], ["a\u00e9"], [{"a": "b"}], [1], ["x" * 2049],
        ),
        "DefaCredentialTypes": ([], "x", [" "], [None]),
        "DefaFormats": ([], True, ["x", "y z"]),
        "DefaLegalTerm": (
            "x", ["x"], {"lang": "th", "value": ""}, {"lang": "TH", "value": "x"},
        ),
        "DefaScope": ("", " x", "x" * 1025, ["x"], {"a": "b"}, 1, False),
        "DefaLegalStatus": ("x", "recognised_foreign", ["licensed"], True),
        "DefaTechnicalClass": ("x", {"a": "b"}),
        "DefaStandards": ([], "x", ["a b"]),
    }.items():  # fmt: skip
        for value in values:
            yield second, {"Critical": False, title: value}, "member_value"
    grant = {"scheme": "a", "value": "1"}
    for title, value, code in (
        ("DefaLoA", [{}], "member_missing"),
        ("DefaLoA", [{"scheme": "a"}], "member_missing"),
        ("DefaLoA", [{**grant, "x": "y"}], "member_unknown"),
        ("DefaLoA", [grant, grant], "duplicate"),
        ("DefaLegalTerm", {"lang": "th"}, "member_missing"),
        ("DefaLegalTerm", {"lang": "th", "value": "x", "y": "z"}, "member_unknown"),
        ("DefaLegalTerm", {"lang": "en", "value": "Tr\u0443st"}, "text_script"),
        ("DefaFormats", ["a", "a"], "duplicate"),
        ("DefaStandards", ["a", "a"], "duplicate"),
        ("DefaScope", "a\u202eb", "text_forbidden"),
        ("DefaDistrustAfter", "2026", "time_form"),
        ("DefaDistrustAfter", [], "time_form"),
        ("DefaDistrustAfter", {"lang": "th"}, "time_form"),
    ):
        yield second, {"Critical": False, title: value}, code
    yield from (
        (IDENTITY, {}, "identity_missing"),
        (IDENTITY, {"X509Certificates": []}, "member_value"),
        (IDENTITY, {"X509Certificates": [{}]}, "member_missing"),
        (IDENTITY, {"X509Certificates": [{"val": der, "x": "y"}]}, "member_unknown"),
        (IDENTITY, {"X509Certificates": [{"val": der}] * 2}, "duplicate"),
        (IDENTITY, _certificate(1), "member_value"),
        (IDENTITY, _certificate(""), "certificate"),
        (IDENTITY, _certificate("AAAA"), "certificate"),
        (IDENTITY, _certificate(der[:-4]), "certificate"),
        (IDENTITY, _certificate(der + "AAAA"), "certificate"),
        (IDENTITY, _certificate(der + "="), "base64.not_canonical"),
        (IDENTITY, _certificate(der + "\n"), "base64.not_canonical"),
        (IDENTITY, _certificate(der.replace("M", "-", 1)), "base64.not_canonical"),
        (IDENTITY, {"PublicKeyValues": []}, "member_value"),
        (IDENTITY, {"PublicKeyValues": [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}]},
         "identity"),
        (IDENTITY, {"PublicKeyValues": ["x"]}, "identity"),
        (IDENTITY, _other_ids(), "member_value"),
        (IDENTITY, _other_ids("x"), "identity"),
        (IDENTITY, _other_ids("issuer:"), "identity"),
        (IDENTITY, _other_ids("issuer-pattern:https://a.example/{rp}x"), "identity"),
        (IDENTITY, _other_ids("online:http://a.example"), "member_value"),
        (IDENTITY, _other_ids(*["issuer:https://a.example"] * 2), "duplicate"),
        (IDENTITY, _other_ids(1), "identity"),
        (IDENTITY, {"X509SubjectNames": ["CN=x"]}, "identity_missing"),
        (IDENTITY, {**_certificate(der), "X509SubjectNames": ["CN=a\u202eb"]}, "text_forbidden"),
        (IDENTITY, {**_certificate(der), "X509SKIs": ["AAAA"]}, "member_unknown"),
        ((*SERVICES, 1, "ServiceInformation", "ServiceDigitalIdentity"), _certificate(der),
         "duplicate"),
    )  # fmt: skip
    past = (*PAST, "ServiceDigitalIdentity")
    yield from (
        ((*SERVICE, "ServiceHistory"), [], "member_value"),
        ((*SERVICE, "ServiceHistory"), {}, "member_value"),
        ((*SERVICE, "ServiceHistory", 1), ..., None),
        ((*PAST, "StatusStartingTime"), publish.time_text(NOW - 300 * DAY), "history_order"),
        ((*PAST, "StatusStartingTime"), publish.time_text(NOW - 320 * DAY), "history_order"),
        ((*PAST, "StatusStartingTime"), "2025", "time_form"),
        ((*PAST, "ServiceStatus"), "x:y", "status_unknown"),
        ((*PAST, "ServiceStatus"), ..., "member_missing"),
        ((*PAST, "ServiceTypeIdentifier"), "other:type", "history_form"),
        ((*PAST, "ServiceName"), [{"lang": "en", "value": "a\u202eb"}], "text_forbidden"),
        (
            (*PAST, "ServiceInformationExtensions"),
            [{"Critical": False, "DefaScope": "x"}],
            "history_form",
        ),
        ((*PAST, "ServiceSupplyPoints"), [{"uriValue": "a:b"}], "member_unknown"),
        (past, _certificate(der), "member_unknown"),
        (past, {"X509SKIs": []}, "member_value"),
        (past, {"X509SKIs": [""]}, "member_value"),
        (past, {"X509SKIs": ["AAA"]}, "base64.not_canonical"),
        (past, {"X509SKIs": ["AA=="] * 65}, "too_many"),
        (past, {"X509SKIs": ["A" * 132]}, "member_value"),
        (past, {"OtherIds": ["x"]}, "identity"),
        (past, {"X509SubjectNames": [" x"]}, "member_value"),
    )


GOOD = dict(good_documents())
_ALL = tuple(_bad_cases())
BAD = tuple(case for case in _ALL if case[2] is not None)
"""(path, value, code); the code without `list.` where it is one of lists."""
EITHER = tuple(case for case in _ALL if case[2] is None)
"""(path, value, None): good or bad, but the same to every reader."""
BEYOND_A_SCHEMA = frozenset(
    {
        "base64.not_canonical", "certificate", "duplicate", "extension_twice", "history_form",
        "history_order", "identity", "next_update", "text_english", "text_forbidden",
        "text_not_normal", "text_script", "time_form",
    }
)  # fmt: skip
"""Codes of which a schema sees some faults or none: what takes a calendar, a key, a certificate, a
script, or two places of the document at once."""
