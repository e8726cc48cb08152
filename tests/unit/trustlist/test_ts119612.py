"""The two bindings of one list: TS 119 602 in JSON, TS 119 612 in XML."""

import copy
from pathlib import Path

import pytest

pytest.importorskip("lxml")

from defa_trust import publish
from defa_trust.codec import xml
from defa_trust.codec.json import canonical
from defa_trust.crypto import KeyType
from defa_trust.errors import Rejection
from defa_trust.trustlist.decode import decode
from defa_trust.trustlist.ts119612 import bridge
from defa_trust.trustlist.ts119612.from_602 import from_602
from defa_trust.trustlist.ts119612.model import TSL
from defa_trust.trustlist.ts119612.read import read_list
from defa_trust.trustlist.ts119612.to_602 import to_602
from defa_trust.trustlist.ts119612.write import write_list
from tests import signed_lists as lists
from tests.conformance.corpora import corpus_path

T = f"{{{TSL}}}"


def rich_member_document():
    """A state's list with every kind of identity and extension of the profile."""
    certificate = lists.operator("TH")[1]
    keys = {t: lists.key(f"rich {t}", t).verification_key for t in
            (KeyType.P256, KeyType.P384, KeyType.P521, KeyType.ED25519)}  # fmt: skip
    identities = [
        publish.certificate_identity(certificate),
        publish.jwk_identity(keys[KeyType.P256], "with-kid"),
        publish.jwk_identity(keys[KeyType.P384]),
        publish.jwk_identity(keys[KeyType.P521]),
        publish.jwk_identity(keys[KeyType.ED25519], "ed"),
        publish.other_identity("issuer:https://issuer.th.test.example"),
    ]
    services = [
        lists.service("TH", number, identity=identity)
        for number, identity in enumerate(identities, 1)
    ]
    services[0] = lists.service(
        "TH", 1, identity=identities[0], history=[("withdrawn", lists.NOW - 400 * lists.DAY)],
        levels=[("https://scheme.test.example/", "2", "1")], term=("th", "ลายมือชื่อ"),
        scope="hierarchy one", distrust_after=lists.NOW,
    )  # fmt: skip
    services[1]["ServiceInformation"]["ServiceSupplyPoints"] = [
        {"uriValue": "https://supply.test.example/a"},
        {"ServiceType": "urn:test:kind", "uriValue": "https://supply.test.example/b"},
    ]
    services[1]["ServiceInformation"]["ServiceDefinitionURI"] = [
        {"lang": "en", "uriValue": "https://definition.test.example/"}
    ]
    return lists.member_document("TH", entities=[lists.entity("TH", *services)])


def regional_document():
    return publish.regional_list(
        operator=lists.operator_name("AP"),
        sequence=3,
        issued=lists.ISSUED,
        next_update=lists.NEXT,
        community={"en": "ASEAN TEST-ONLY", "th": "อาเซียน"},
        pointers=[
            publish.pointer(
                type=lists.MEMBER, territory=territory, location=f"https://{territory}.test.example/",
                operator=lists.operator_name(territory), signers=[lists.operator(territory)[1]],
            )
            for territory in ("TH", "VN")
        ],
    )  # fmt: skip


def recognition_document():
    return publish.recognition_list(
        territory="SG",
        operator=lists.operator_name("SG"),
        sequence=1,
        issued=lists.ISSUED,
        next_update=lists.NEXT,
        arrangements=[
            publish.arrangement(
                id="sg-th-1", recognising="SG", recognised="TH", since=lists.ISSUED,
                instrument={"code": "bilateral", "title": "TEST-ONLY <arrangement> & more"},
                service_types=[("urn:test:a", "urn:test:b")],
                levels=[("https://s.test.example/", "2", {"proofing": 2})],
            )
        ],
    )  # fmt: skip


OURS = {
    "member": rich_member_document,
    "plain_member": lambda: lists.member_document("VN"),
    "regional": regional_document,
    "recognition": recognition_document,
}


@pytest.mark.parametrize("kind", OURS)
def test_a_list_of_the_profile_comes_back_from_xml_octet_for_octet(kind):
    document = OURS[kind]()
    converted = bridge.convert_to_612(document)
    assert converted.losses == ()
    back = bridge.convert_to_602(read_list(converted.document))
    assert canonical(back.document) == canonical(document)
    assert back.losses == ()


@pytest.mark.parametrize("kind", OURS)
def test_xml_of_the_profile_comes_back_from_json_octet_for_octet(kind):
    first = bridge.convert_to_612(OURS[kind]()).document
    second = write_list(from_602(to_602(read_list(first))))
    forms = [
        xml.canonical_document(xml.parse(data), xml.Canonical.EXCLUSIVE) for data in (first, second)
    ]
    assert forms[0] == forms[1]


def test_the_converted_list_is_still_one_of_the_profile():
    document = lists.member_document("TH")
    back = to_602(read_list(bridge.convert_to_612(document).document))
    assert decode(back, digest="0" * 64, size=1).services[0].id == "urn:test:th:1"


def test_the_region_has_its_name_in_xml_and_two_letters_in_json():
    document = regional_document()
    found = read_list(bridge.convert_to_612(document).document)
    assert found.territory == "ASEAN"
    assert found.name[0].value.startswith("ASEAN:")
    scheme = to_602(found)["LoTE"]["ListAndSchemeInformation"]
    assert scheme["SchemeTerritory"] == "AP"
    assert scheme["SchemeName"][0]["value"].startswith("AP:")


@pytest.mark.parametrize("kind", OURS)
def test_what_is_written_passes_etsis_schema(kind):
    schema(corpus_path("etsi-schemas")).assertValid(
        xml.parse(bridge.convert_to_612(OURS[kind]()).document)
    )


def test_the_schema_check_can_fail():
    root = xml.parse(bridge.convert_to_612(lists.member_document("TH")).document)
    scheme = root.find(f"{T}SchemeInformation")
    scheme.remove(scheme.find(f"{T}NextUpdate"))
    assert not schema(corpus_path("etsi-schemas")).validate(root)


def schema(folder):
    """ETSI's schemas as one, every import answered from the folder."""
    from lxml import etree

    files = {
        "xml.xsd": "xml.xsd",
        "xmldsig-core-schema.xsd": "xmldsig-core-schema.xsd",
        "XAdES01903v132-201601.xsd": "1913201-XAdES01903v132.xsd",
        "19612_xsd.xsd": "ts_119612v020401_xsd.xsd",
    }

    class Local(etree.Resolver):
        def resolve(self, url, _id, context):
            name = url.rpartition("/")[2]
            path = Path(folder) / files.get(name, name)
            return self.resolve_string(path.read_bytes(), context, base_url=name)

    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(Local())
    names = {
        TSL: "ts_119612v020401_xsd.xsd",
        "http://uri.etsi.org/02231/v2/additionaltypes#": (
            "ts_119612v020401_additionaltypes_xsd.xsd"
        ),
        "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#": (
            "ts_119612v020401_sie_xsd.xsd"
        ),
    }
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{name}"/>'
        for namespace, name in names.items()
    )
    whole = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(whole, parser))


# --- losses --------------------------------------------------------------------------------------
def scheme_of(document):
    return document["LoTE"]["ListAndSchemeInformation"]


def test_what_xml_cannot_say_is_reported():
    document = copy.deepcopy(rich_member_document())
    entity = document["LoTE"]["TrustedEntitiesList"][0]
    certificate = entity["TrustedEntityServices"][0]["ServiceInformation"][
        "ServiceDigitalIdentity"
    ]["X509Certificates"][0]
    certificate["encoding"] = "urn:test:encoding"
    (loss,) = bridge.convert_to_612(document).losses
    assert loss.where.endswith("X509Certificates[0].encoding")
    assert (loss.before, loss.after) == ("urn:test:encoding", "nothing")


def test_what_json_cannot_say_is_reported():
    found = read_list(bridge.convert_to_612(lists.member_document("TH")).document)
    notice = found.notices[0]._replace(lang="th")
    losses = bridge.convert_to_602(found._replace(notices=(notice,), id="list-1")).losses
    assert [(loss.where, loss.before) for loss in losses] == [
        ("notices[0].lang", "th"),
        ("id", "list-1"),
    ]


def test_a_locality_that_looks_like_none_is_reported():
    document = lists.member_document("TH")
    address = scheme_of(document)["SchemeOperatorAddress"]["SchemeOperatorPostalAddress"][0]
    assert bridge.convert_to_612(document).losses == ()
    address["Locality"] = "-"
    assert len(bridge.convert_to_612(document).losses) == 1


# --- spellings and refusals ----------------------------------------------------------------------
def test_both_spellings_of_602_are_read_and_the_schemas_is_written():
    document = rich_member_document()
    services = document["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"]
    current = services[1]["ServiceInformation"]
    expected = from_602(document)
    current["TEServiceDefinitionURI"] = current.pop("ServiceDefinitionURI")
    assert from_602(document) == expected
    scheme = scheme_of(regional := regional_document())
    expected = from_602(regional)
    scheme["PointerToOtherLoTE"] = scheme.pop("PointersToOtherLoTE")
    assert from_602(regional) == expected
    assert "PointersToOtherLoTE" in scheme_of(to_602(expected))


def test_both_spellings_at_once_are_refused():
    scheme = scheme_of(regional := regional_document())
    scheme["PointerToOtherLoTE"] = scheme["PointersToOtherLoTE"]
    with pytest.raises(Rejection) as refused:
        from_602(regional)
    assert refused.value.code.id == "list.duplicate"


@pytest.mark.parametrize("member", ["SchemeName", "StatusDeterminationApproach", "LoTEType"])
def test_what_612_demands_is_never_made_up(member):
    document = lists.member_document("TH")
    del scheme_of(document)[member]
    with pytest.raises(Rejection) as refused:
        bridge.convert_to_612(document)
    assert refused.value.code.id == "list612.conversion"


def test_a_status_that_602_lets_out_is_never_made_up():
    document = lists.member_document("TH")
    service = document["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"][0]
    del service["ServiceInformation"]["ServiceStatus"]
    with pytest.raises(Rejection) as refused:
        bridge.convert_to_612(document)
    assert refused.value.actual == "no ServiceStatus"


@pytest.mark.parametrize("value", ["\x00", "￾", "\x0b"])
def test_text_that_xml_cannot_hold_is_refused(value):
    document = lists.member_document("TH")
    for member in ("value", "lang"):
        changed = copy.deepcopy(document)
        scheme_of(changed)["SchemeOperatorName"][0][member] = f"a{value}"
        with pytest.raises(Rejection) as refused:
            bridge.convert_to_612(changed)
        assert refused.value.code.id == "xml.syntax"


# --- reading -------------------------------------------------------------------------------------
def changed_xml(path, text):
    root = xml.parse(bridge.convert_to_612(lists.member_document("TH")).document)
    root.find(path).text = text
    return xml.serialise(root)


S = f"{T}SchemeInformation"


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        (f"{S}/{T}TSLVersionIdentifier", "7", "list612.version"),
        (f"{S}/{T}TSLVersionIdentifier", "six", "list612.value"),
        (f"{S}/{T}TSLSequenceNumber", "0", "list612.value"),
        (f"{S}/{T}TSLSequenceNumber", "-1", "list612.value"),
        (f"{S}/{T}ListIssueDateTime", "2026-02-30T00:00:00Z", "list612.value"),
        (f"{S}/{T}ListIssueDateTime", "2026-02-03T00:00:00", "list612.value"),
        (f"{S}/{T}SchemeTerritory", " ", "list612.value"),
        (f".//{T}ServiceStatus", "", "list612.value"),
        (f".//{T}ServiceTypeIdentifier", "a b", "list612.value"),
    ],
)
def test_values_that_are_not_of_their_kind_are_refused_with_their_place(path, text, code):
    assert read_list(changed_xml(f"{S}/{T}TSLVersionIdentifier", "5")).version == 5
    with pytest.raises(Rejection) as refused:
        read_list(changed_xml(path, text))
    assert refused.value.code.id == code
    if code == "list612.value":
        assert refused.value.where.endswith(path.rpartition("}")[2])


def test_an_element_twice_is_refused():
    root = xml.parse(bridge.convert_to_612(lists.member_document("TH")).document)
    scheme = root.find(S)
    scheme.append(copy.deepcopy(scheme.find(f"{T}SchemeTerritory")))
    with pytest.raises(Rejection) as refused:
        read_list(xml.serialise(root))
    assert refused.value.code.id == "list612.unexpected"


def with_extension(inner, critical):
    document = lists.member_document("TH")
    root = xml.parse(bridge.convert_to_612(document).document)
    holder = xml.add(root.find(S), f"{T}SchemeExtensions")
    xml.add(holder, f"{T}Extension", Critical=critical).append(xml.parse(inner))
    return xml.serialise(root)


def test_an_unknown_critical_extension_refuses_the_list():
    inner = b'<x xmlns="urn:unknown">y</x>'
    found = read_list(with_extension(inner, "false"))
    assert found.extensions[0].value == inner
    for critical, code in (
        ("true", "list612.extension_critical"),
        ("1", "list612.extension_critical"),
        ("maybe", "list612.value"),
    ):
        with pytest.raises(Rejection) as refused:
            read_list(with_extension(inner, critical))
        assert refused.value.code.id == code


def test_the_foreign_extension_survives_both_ways():
    found = read_list(with_extension(b'<x xmlns="urn:unknown">y</x>', "false"))
    converted = bridge.convert_to_602(found)
    assert converted.losses == ()
    assert bridge.convert_to_612(converted.document).losses == ()


def test_a_name_of_etsi_is_not_taken_by_a_json_extension():
    inner = b'<Extension xmlns="https://defa.example/19612/v1#" Name="Qualifications">1</Extension>'
    with pytest.raises(Rejection) as refused:
        read_list(with_extension(inner, "false"))
    assert refused.value.code.id == "list612.value"


# --- status at a moment --------------------------------------------------------------------------
def test_the_status_at_a_moment():
    found = from_602(rich_member_document())
    service = found.providers[0].services[0]
    (past,) = service.history
    assert service.at(service.since) is service
    assert service.at(service.since - 1) is past
    assert service.at(past.since - 1) is None


def test_equal_or_rising_times_answer_nothing():
    service = from_602(rich_member_document()).providers[0].services[0]
    (past,) = service.history
    for since in (service.since, service.since + 1):
        with pytest.raises(Rejection) as refused:
            service._replace(history=(past._replace(since=since),)).at(service.since)
        assert refused.value.code.id == "list612.history_order"
