"""The JSON Schemas: complete, self-explanatory, in step with the decoder, and within ETSI's own."""

import json
import warnings

import pytest

from defa_trust import publish
from defa_trust.errors import MisuseError, Rejection
from defa_trust.trustlist.decode import decode
from defa_trust.trustlist.identity import parse_other_id
from defa_trust.trustlist.model import LegalStatus, Stage, Status, TechnicalClass
from defa_trust.trustlist.schema import load_schema, validate
from tests.conformance.corpora import corpus_path
from tests.signed_lists import (
    DAY,
    MEMBER,
    NOW,
    RECOGNITION,
    REGIONAL,
    arrangement,
    changed,
    entity,
    key,
    member_document,
    operator,
    pointer,
    recognition_document,
    regional_document,
    service,
)
from tests.successions import ders
from tests.unit.trustlist.test_decode import MEMBER_FAULTS

NAMES = [
    "list-common.v1",
    "list-companion.v1",
    "member-state-list.v1",
    "other-ids.v1",
    "recognition-list.v1",
    "regional-list.v1",
]
LISTS = {
    MEMBER: "member-state-list.v1",
    RECOGNITION: "recognition-list.v1",
    REGIONAL: "regional-list.v1",
}


LAW = {
    "excluded_acts": {"acts": ["will"]},
    "category_standard": {
        "categories": ["land"],
        "standards": ["iso-27001"],
        "legalStatuses": ["accredited", "licensed"],
        "technicalClasses": ["protected_key"],
    },
    "non_discrimination": {"exceptActs": ["will"]},
    "party_autonomy": {},
    "proven_reliability": {},
    "effect": {"effect": "identification", "term": {"lang": "id", "value": "tersertifikasi"}},
    "voluntary_use": {},
}


def statements():
    for kind, own in LAW.items():
        yield publish.law_statement(
            id=kind, kind=kind, since=NOW - DAY, instrument={"code": "x", "title": "y"}, **own
        )
    yield publish.law_statement(
        id="later", kind="duty_of_use", since=NOW - 9 * DAY, until=NOW - DAY,
        instrument={"code": "x", "title": "y"},
    )  # fmt: skip


def rich_documents():
    """Every optional member of the profile, once."""
    _, certificate = operator("TH")
    from defa_trust.crypto import KeyType

    okp = key("okp", KeyType.ED25519).verification_key
    source = publish.transcription(
        source="https://r.test.example", retrieved=NOW, sha256="0" * 64, transcriber="TEST-ONLY"
    )
    full = service(
        number=1,
        identity=publish.merged(
            publish.certificate_identity(certificate),
            publish.jwk_identity(key("ec").verification_key, "k1"),
            publish.jwk_identity(okp, "k2"),
            publish.did_key_identity(key("did").verification_key),
            publish.other_identity(
                "issuer:https://i.test.example",
                "issuer-pattern:https://sso.test.example/realms/{rp}",
                "jwks:https://i.test.example/jwks",
                "online:https://i.test.example/check",
            ),
        ),
        history=[(Status.SUSPENDED, NOW - 310 * DAY), (Status.SANDBOX, NOW - 320 * DAY)],
        levels=[("urn:defa:scale:th:ial", "2.3", "2.1")],
        credential_types=["https://c.test.example/id"],
        formats=["vc-jwt"],
        term=("th", "ลายมือชื่อ"),
        scope="TEST-ONLY civil",
        distrust_after=NOW + DAY,
        legal_status=LegalStatus.ACCREDITED,
        technical_class=TechnicalClass.PROTECTED_KEY,
        standards=["iso-27001"],
        extensions=[publish.extension("Unknown", {"x": 1})],
    )
    information = full["ServiceInformation"]
    information["SchemeServiceDefinitionURI"] = publish.addresses("https://d.test.example")
    information["ServiceDefinitionURI"] = publish.addresses("https://d.test.example")
    information["ServiceSupplyPoints"] = [
        {"uriValue": "https://s.test.example", "ServiceType": "a:b"}
    ]
    information["ServiceDigitalIdentity"]["X509SubjectNames"] = ["CN=for people"]
    provider = publish.trusted_entity(
        name={"en": "TEST-ONLY", "th": "ทดสอบ"},
        trade_name="TEST-ONLY trade",
        territory="TH",
        services=[full],
    )
    to_region = pointer(REGIONAL, "AP", signers=[operator("AP")[1]])
    yield (
        MEMBER,
        member_document(
            entities=[provider],
            publication=source,
            previous=(4, "0" * 64),
            pointers=[to_region],
            foreign=[
                publish.foreign_listing(territory="SG", service="urn:test:sg", since=NOW),
                {
                    "territory": "MY",
                    "certificates": ["0" * 64],
                    "status": "designated",
                    "from": publish.time_text(NOW),
                    "until": publish.time_text(NOW + DAY),
                },
            ],
        ),
    )
    yield (
        MEMBER,
        member_document(entities=[entity("TH", service(status=Status.EXPIRED))], closed_since=NOW),
    )
    yield MEMBER, member_document(entities=[])
    yield (
        RECOGNITION,
        recognition_document(
            arrangements=[
                arrangement(
                    until=NOW + DAY,
                    grace_until=NOW + 2 * DAY,
                    stage=Stage.PILOT,
                    history=[("suspended", Stage.OBSERVE, NOW - 200 * DAY)],
                    levels=[("s", "1", {"proofing": 1, "authentication": "unstated"})],
                    instrument={"code": "x", "title": "y", "article": "1", "uri": "a:b"},
                    comparator="equivalent",
                    purposes=["p"],
                    sectors=["s"],
                    relyingParties=["https://rp.test.example"],
                    entityScope=["natural_person"],
                    certificateScope=["signature"],
                    credentialTypes=["t"],
                    excludedActs=["e"],
                    requires=["prior_listing", "reciprocity", "urn:test:r"],
                    limits={"maxPerDay": 5},
                    users=["foreign_national", "national_unrecognised_abroad"],
                    minimumLevel={"proofing": 1, "federation": 3},
                    assessment={"result": "equivalent", "uri": "a:b", "sha256": "0" * 64},
                    standards=["iso-27001"],
                    consideredStandards=["webtrust"],
                ),
                arrangement(
                    id="binding",
                    recognised="MY",
                    instrument={
                        "code": "x",
                        "title": "y",
                        "status": "in_force",
                        "parties": ["SG", "MY"],
                        "obligation": "binding",
                    },
                    assessment={"result": "not_equivalent", "uri": "a:b"},
                ),
            ],
            law=list(statements()),
        ),
    )
    yield RECOGNITION, recognition_document(arrangements=[])
    entry = publish.snapshot_entry(
        territory="TH", type=MEMBER, sequence=5, sha256="0" * 64, size=1, issued=NOW,
        next_update=NOW + DAY,
    )  # fmt: skip
    yield REGIONAL, regional_document(snapshot=[entry], previous=(8, "0" * 64))
    for critical in (False, True):
        handed = publish.signer_succession(
            signers=ders("BC"), threshold=2, valid_from=NOW, previous=b"a.b.c"
        )
        yield REGIONAL, regional_document(extensions=[{**handed, "Critical": critical}])


RICH = list(rich_documents())


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_a_schema(name):
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(load_schema(name))


def nameless(node, path=""):
    """Members whose schema has no description."""
    if isinstance(node, dict):
        for name, schema in node.get("properties", {}).items():
            described = schema is False or "description" in schema or name == "Critical"
            if not described and set(schema) != {"const"}:
                yield f"{path}.{name}"
        for name, child in node.items():
            yield from nameless(child, f"{path}/{name}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from nameless(child, f"{path}/{number}")


@pytest.mark.parametrize("name", NAMES)
def test_every_member_is_described(name):
    assert list(nameless(load_schema(name))) == []
    assert list(nameless({"properties": {"a": {"type": "string"}}})) == [".a"]


@pytest.mark.parametrize(("kind", "document"), RICH, ids=range(len(RICH)))
def test_what_the_decoder_reads_the_schema_allows(kind, document):
    assert decode(document, digest="0" * 64, size=1).type is kind
    validate(document, LISTS[kind])


@pytest.mark.parametrize("kind", list(LISTS))
def test_a_list_of_one_kind_is_none_of_another(kind):
    for other, document in RICH:
        if other is not kind:
            with pytest.raises(Rejection):
                validate(document, LISTS[kind])


@pytest.mark.parametrize(
    ("path", "value", "code"),
    MEMBER_FAULTS,
    ids=[f"{n}-{f[2]}" for n, f in enumerate(MEMBER_FAULTS)],
)
def test_what_the_schema_refuses_the_decoder_refuses(path, value, code):
    """The decoder is never laxer; it is stricter where a schema cannot see (order, scripts)."""
    document = changed(member_document(), path, value)
    try:
        validate(document, LISTS[MEMBER])
    except Rejection as refusal:
        assert refusal.code.id == "list.schema"
    with pytest.raises(Rejection):
        decode(document, digest="0" * 64, size=1)


def test_a_schema_error_has_a_path_a_rule_and_no_value():
    document = changed(member_document(), ("LoTE", "evil"), "secret")
    with pytest.raises(Rejection) as refusal:
        validate(document, LISTS[MEMBER])
    assert refusal.value.where == "$.LoTE"
    assert "additionalProperties" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_the_first_error_is_the_same_at_every_run():
    document = {"LoTE": {"a": 1, "ListAndSchemeInformation": {"b": 1}}}
    texts = set()
    for _ in range(3):
        with pytest.raises(Rejection) as refusal:
            validate(document, LISTS[MEMBER])
        texts.add(str(refusal.value))
    assert len(texts) == 1


@pytest.mark.parametrize("name", ["", "no-such", "../secret", "a/b"])
def test_an_unknown_schema_is_misuse(name):
    with pytest.raises(MisuseError, match=r"regional-list\.v1"):
        load_schema(name)


def test_a_loaded_schema_is_the_callers_own():
    load_schema("regional-list.v1").clear()
    assert load_schema("regional-list.v1")["title"] == "Regional list of lists"


@pytest.mark.parametrize(
    "text",
    [
        "issuer:https://i.test.example",
        "issuer-pattern:https://sso.test.example/realms/{rp}",
        "jwks:https://i.test.example/jwks",
        "online:https://i.test.example",
        "did:web:i.test.example",
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    ],
)
def test_the_grammar_of_other_ids_in_schema_and_decoder(text):
    validate(text, "other-ids.v1")
    assert parse_other_id(text).value
    for bad in ("x" + text, text + " ", text.upper(), text.replace("https", "http")):
        try:
            parse_other_id(bad)
        except Rejection:
            continue
        validate(bad, "other-ids.v1")


# --- ETSI's own schemas, unmodified --------------------------------------------------------------
@pytest.fixture(scope="module")
def etsi():
    from jsonschema import Draft7Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    folder = corpus_path("etsi-schemas")

    def load(name):
        return json.loads((folder / name).read_text(encoding="utf-8"))

    rfc = Resource.from_contents(load("rfcs/rfc7517.json"), default_specification=DRAFT7)
    whole = Resource.from_contents(load("1960201_json_schema.json"), default_specification=DRAFT7)
    registry = Registry().with_resources(
        [("rfcs/rfc7517.json", rfc), ("1960201-jsonSchema.json", whole)]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "list": Draft7Validator(load("1960201_json_schema.json"), registry=registry),
            "sie": Draft7Validator(
                {**load("1960201_json_schema_sie.json"),
                 "$ref": "#/definitions/ServiceUniqueIdentifier"},
            ),
            "tie": Draft7Validator(
                {**load("1960201_json_schema_tie.json"),
                 "$ref": "#/definitions/OtherAssociatedBodies"},
                registry=registry,
            ),
        }  # fmt: skip


@pytest.mark.parametrize(("kind", "document"), RICH, ids=range(len(RICH)))
def test_every_list_passes_etsis_unmodified_schema(kind, document, etsi):
    assert [error.message for error in etsi["list"].iter_errors(document)] == []
    broken = changed(document, ("LoTE", "ListAndSchemeInformation", "NextUpdate"), None)
    assert list(etsi["list"].iter_errors(broken))


def test_the_service_identifier_is_etsis(etsi):
    extensions = RICH[0][1]["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"][0][
        "ServiceInformation"
    ]["ServiceInformationExtensions"]
    (value,) = [e["ServiceUniqueIdentifier"] for e in extensions if "ServiceUniqueIdentifier" in e]
    assert etsi["sie"].is_valid(value)
    assert not etsi["sie"].is_valid([value])


def test_etsis_entity_extension_rides_along_unread(etsi):
    bodies = [{"AssociatedBodyName": [{"lang": "en", "value": "TEST-ONLY body"}]}]
    assert etsi["tie"].is_valid(bodies)
    assert not etsi["tie"].is_valid([{}])
    document = changed(
        member_document(),
        ("LoTE", "TrustedEntitiesList", 0, "TrustedEntityInformation", "TEInformationExtensions"),
        [{"Critical": False, "OtherAssociatedBodies": bodies}],
    )
    assert decode(document, digest="0" * 64, size=1).services
    assert etsi["list"].is_valid(document)
    validate(document, LISTS[MEMBER])
