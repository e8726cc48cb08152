"""The quick reader of large lists reads what the decoder reads, and decides nothing by itself.

The first tests are for whoever reads a list (schema, decoder, quick reader): one set of cases.
"""

import json
import sys

import pytest

from defa_trust import publish, trustlist
from defa_trust.codec import json as strict_json
from defa_trust.errors import Rejection
from defa_trust.trustlist import decode as decoding
from defa_trust.trustlist import services
from defa_trust.trustlist.decode import Origin, decode, read
from defa_trust.trustlist.schema import validate
from tests.list_cases import BAD, BEYOND_A_SCHEMA, EITHER, EXTENSIONS, GOOD, PAST, base
from tests.signed_lists import CURRENT, ENTITY, changed, entity, member_document, service
from tests.unit.trustlist.test_decode import MEMBER_FAULTS

quick = pytest.importorskip("defa_trust.trustlist.quick")
columns = pytest.importorskip("defa_trust.trustlist.quick_columns")

SCHEMA = "member-state-list.v1"
ORIGIN = Origin("0" * 64, 1, via="x")
FAULTS = [*BAD, *MEMBER_FAULTS]
IDS = [f"{number}-{case[2]}" for number, case in enumerate(FAULTS)]


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch):
    monkeypatch.setattr(decoding, "QUICK_BYTES", 0)


def plainly(found):
    """A list as values that compare."""
    return [getattr(found, name) for name in found.__slots__ if name != "services"] + [
        tuple(service) for service in found.services
    ]


def with_and_without(payload, monkeypatch):
    """What both ways of reading say: a list's values, or why there is none."""
    said = []
    for reader in (quick, None):
        monkeypatch.setattr(decoding, "_quick", lambda reader=reader: reader)
        try:
            found = read(payload, ORIGIN, max_bytes=1 << 26)
            said.append((plainly(found.trust_list), found.scheme))
        except Rejection as refusal:
            said.append((refusal.code.id, refusal.where, refusal.expected, refusal.actual))
    return said


def payload_of(document):
    return strict_json.compact(document)


def at(document, path):
    for step in path:
        document = document[step]
    return document


# --- one set of cases, three readers -------------------------------------------------------------
@pytest.mark.parametrize("name", GOOD)
def test_a_good_list_is_good_to_every_reader(name, monkeypatch):
    validate(GOOD[name], SCHEMA)
    decode(GOOD[name], digest="0" * 64, size=1)
    fast, slow = with_and_without(payload_of(GOOD[name]), monkeypatch)
    assert fast == slow
    assert isinstance(fast[0], list)


def hidden_from_a_schema(path, value, code):
    if code != "member_value":
        return code in BEYOND_A_SCHEMA
    texts = [value, *(entry.get("value") for entry in value if isinstance(entry, dict))] if (
        isinstance(value, list)
    ) else [value]  # fmt: skip
    if isinstance(value, dict):
        texts += [*value.get("X509SubjectNames", []), value.get("DefaScope")]
    white = any(isinstance(text, str) and text != text.strip() for text in texts)
    # A schema calls 1.0 an integer, and cannot compare a territory with the scheme's name.
    return white or isinstance(value, float) or "SG" in str(value)


@pytest.mark.parametrize(("path", "value", "code"), FAULTS, ids=IDS)
def test_a_bad_list_is_bad_to_every_reader(path, value, code, monkeypatch):
    document = changed(base(), path, value)
    if not hidden_from_a_schema(path, value, code):
        with pytest.raises(Rejection):
            validate(document, SCHEMA)
    with pytest.raises(Rejection) as refusal:
        decode(document, digest="0" * 64, size=1)
    assert refusal.value.code.id.removeprefix("list.") == code
    fast, slow = with_and_without(payload_of(document), monkeypatch)
    assert fast == slow
    assert fast[:2] == (refusal.value.code.id, refusal.value.where)
    # The quick reader does not accept it either, before the decoder is asked.
    with pytest.raises((quick.UnreadError, Rejection)):
        parts = quick.split(payload_of(document))
        scheme = strict_json.loads_object(parts.scheme, max_depth=30)
        lote = {"ListAndSchemeInformation": scheme, "TrustedEntitiesList": parts.entities}
        decoding._decode({"LoTE": lote}, ORIGIN, quick.read_services)


@pytest.mark.parametrize(("path", "value", "code"), EITHER)
def test_what_is_good_or_bad_is_so_to_every_reader(path, value, code, monkeypatch):
    fast, slow = with_and_without(payload_of(changed(base(), path, value)), monkeypatch)
    assert fast == slow


@pytest.mark.parametrize(
    "name",
    ["base", "one service", "an entity each", "one certificate, two types", "astral characters",
     "every kind of identity", "names in eight languages", "a term, and distrust",
     "many levels and issuers", "a definition by the scheme", "a past without identifiers",
     "a past with other identifiers", "addresses of the service",
     "standing in law, class and standards", "a trade name", "a whole postal address",
     "a closed list"],
)  # fmt: skip
def test_the_quick_reader_reads_these_by_itself(name, monkeypatch):
    def give_up(*_):
        raise AssertionError("the plain reader was asked")

    monkeypatch.setattr(services, "read_entity", give_up)
    monkeypatch.setattr(decoding, "read_services", give_up)
    assert read(payload_of(GOOD[name]), ORIGIN, max_bytes=1 << 26).trust_list.services


def test_one_entity_it_does_not_know_costs_no_other(monkeypatch):
    document = member_document(
        entities=[
            entity("TH", service(number=number, extensions=[publish.extension("New", {"a": 1})]))
            if number == 2
            else entity("TH", service(number=number))
            for number in range(1, 5)
        ]
    )
    asked = []
    plain = services.read_entity
    monkeypatch.setattr(
        services, "read_entity", lambda *args: asked.append(args[1]) or plain(*args)
    )
    found = read(payload_of(document), ORIGIN, max_bytes=1 << 26).trust_list
    assert asked == ["TrustedEntitiesList[1]"]
    assert [entry.id for entry in found.services] == [f"urn:test:th:{n}" for n in range(1, 5)]


def test_a_twin_of_a_service_that_only_the_plain_reader_read(monkeypatch):
    """Duplicates across the two readers are found: the second is an entity of another form."""
    odd = service(number=1, extensions=[publish.extension("New", {"a": 1})])
    for first, second in ((service(number=1), odd), (odd, service(number=1))):
        document = member_document(entities=[entity("TH", first), entity("TH", second)])
        fast, slow = with_and_without(payload_of(document), monkeypatch)
        assert fast == slow
        assert fast[0] == "list.duplicate"


# --- extensions told apart as text ---------------------------------------------------------------
def usual_extensions():
    """Each service's extensions as text: the least, and all that the pattern knows."""
    levels = [("urn:defa:scale:th:ial", "2.3")]
    least = service(number=1, issuer_ids=())
    most = service(number=2, levels=levels, credential_types=["https://c.test.example/id"])
    return [
        json.dumps(
            entry["ServiceInformation"]["ServiceInformationExtensions"], separators=(",", ":")
        )
        for entry in (least, most)
    ]


def test_usual_extensions_are_told_apart_as_text(monkeypatch):
    least, most = usual_extensions()
    assert columns.usual_extensions(least.encode()).groups() == (b"urn:test:th:1", *[None] * 4)
    assert columns.usual_extensions(most.encode()).groups() == (
        b"urn:test:th:2",
        b"urn:defa:scale:th:ial",
        b"2.3",
        b"https://c.test.example/id",
        b"https://issuer2.th.test.example",
    )
    monkeypatch.setattr(columns, "_unusual", lambda *_: pytest.fail("read one by one"))
    assert read(payload_of(member_document()), ORIGIN, max_bytes=1 << 26).trust_list.services


CUTS = (
    ("urn:test:th:2", "no scheme"),
    ("urn:test:th:2", "urn:" + "x" * 2044),
    ("urn:test:th:2", "urn:" + "x" * 2045),
    ("urn:test:th:2", "urn:\u0e01"),
    ("urn:test:th:2", "urn:test:th:2 "),
    ("2.3", ""),
    ("2.3", " 2.3"),
    ("2.3", "x" * 2049),
    ("https://c.test.example/id", "https://c.test.example/id?"),
    ("https://issuer2.th.test.example", "h" * 2048),
    ("https://issuer2.th.test.example", "h" * 2049),
    ('"https://issuer2.th.test.example"', '"a","b"'),
    ('"https://issuer2.th.test.example"', '"a","a"'),
    ('"https://issuer2.th.test.example"', ""),
    ("DefaLoA", "DefaIssuerIds"),
    ("DefaLoA", "DefaLoB"),
    ("DefaCredentialTypes", "DefaIssuerIds"),
    ('"Critical":false', '"Critical":true'),
    ('"Critical":false', '"Critical":null'),
    ('"Critical":false', '"Critical":"false"'),
    ('"Critical":false', '"Critical":false,"Critical":false'),
    ('"Critical":false,', ""),
    ('"scheme"', '"value":"2.3","scheme"'),
    ("}]", "}],"),
    ("[{", "[{},{"),
)


@pytest.mark.parametrize(("old", "new"), CUTS)
def test_extensions_of_other_forms_are_read_as_the_decoder_reads_them(old, new, monkeypatch):
    most = usual_extensions()[1]
    assert old in most
    document = member_document(entities=[entity("TH", service(number=2))])
    text = payload_of(changed(document, EXTENSIONS, "@")).replace(
        b'"@"', most.replace(old, new).encode()
    )
    fast, slow = with_and_without(text, monkeypatch)
    assert fast == slow


# --- names told apart as text --------------------------------------------------------------------
NAMES = '[{"lang":"en","value":"TEST-ONLY (x) & y"},{"lang":"th","value":"ทดสอบ ก"}]'
OTHER_NAMES = (
    NAMES,
    '[{"lang":"en","value":"a"}]',
    '[{"lang":"en","value":""}]',
    '[{"lang":"en","value":" "}]',
    '[{"lang":"en","value":"a "}]',
    '[{"lang":"en","value":" a"}]',
    '[{"lang":"en","value":"a<b"}]',
    '[{"lang":"en","value":"a>b"}]',
    '[{"lang":"en","value":"a\x7fb"}]',
    '[{"lang":"en","value":"a\x1fb"}]',
    '[{"lang":"en","value":"a\tb"}]',
    '[{"lang":"en","value":"a\nb"}]',
    '[{"lang":"en","value":"a\\u0041"}]',
    '[{"lang":"en","value":"é"}]',
    '[{"lang":"en","value":"Tr\u0443st"}]',
    '[{"lang":"en","value":"a","lang":"en"}]',
    '[{"lang":"en","value":"a"},{"lang":"en","value":"a"}]',
    '[{"lang":"th","value":"a"},{"lang":"en","value":"a"}]',
    '[{"lang":"th","value":"a"}]',
    '[{"lang":"en","value":"a"},{"lang":"TH","value":"a"}]',
    '[{"lang":"en","value":"a"},{"lang":"tham","value":"a"}]',
    '[{"lang":"en","value":"a"},{"lang":"t","value":"a"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":""}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก "}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":" ก"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก\u00a0"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก\u00a0ก"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก\u3000ก"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก\u202eก"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก\u2028ก"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก\x85ก"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก\x7fก"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"ก<"}]',
    '[{"lang":"en","value":"a"},{"lang":"vi","value":"e\u0301"}]',
    '[{"lang":"en","value":"a"},{"lang":"vi","value":"\u0301"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"\u0e48\u0e38"}]',
    '[{"lang":"en","value":"a"},{"lang":"km","value":"ក\u200cក"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"' + "ก" * 1024 + '"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"' + "ก" * 1025 + '"}]',
    '[{"lang":"en","value":"' + "a" * 1024 + '"}]',
    '[{"lang":"en","value":"' + "a" * 1025 + '"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"b"},{"lang":"km","value":"c"}]',
    '[{"lang":"en","value":"a"},{"lang":"th","value":"b"},{"lang":"th","value":"c"}]',
    '[{"lang":"en","value":"a"}],"x":[{"lang":"en","value":"a"}]',
    '[[{"lang":"en","value":"a"}]]',
    '[\n[{"lang":"en","value":"a"}]\n]',
    '[{"lang":"en","value":"a"}\n]',
    '[{"lang":"en","value":"a"},]',
    '[{"value":"a","lang":"en"}]',
    '[{"lang":"en", "value":"a"}]',
    "[]",
)


def test_usual_names_are_told_apart_as_text(monkeypatch):
    assert columns._usual_name(NAMES.encode()).groups() == (b"th", "ทดสอบ ก".encode())
    monkeypatch.setattr(columns, "_TEXTS", None)  # nothing is read one by one
    document = member_document(entities=[entity("TH", service(number=2))])
    text = payload_of(changed(document, (*CURRENT, "ServiceName"), "@"))
    text = text.replace(b'"@"', NAMES.encode())
    assert read(text, ORIGIN, max_bytes=1 << 26).trust_list.services[0].name == "TEST-ONLY (x) & y"


@pytest.mark.parametrize("names", OTHER_NAMES)
@pytest.mark.parametrize("place", [(*CURRENT, "ServiceName"), (*PAST, "ServiceName")])
def test_names_of_other_forms_are_read_as_the_decoder_reads_them(place, names, monkeypatch):
    text = payload_of(changed(base(), place, "@")).replace(b'"@"', names.encode())
    fast, slow = with_and_without(text, monkeypatch)
    assert fast == slow


@pytest.mark.parametrize("number", range(3))
def test_a_fault_in_any_of_many_services_is_found(number, monkeypatch):
    """What is judged together is good only where each is: first, last and in between."""
    numbers = [0, 299, 150]
    document = member_document(entities=[entity("TH", service(number=n)) for n in range(1, 301)])
    bad = ("TEST-ONLY\u202e", "2026-02-30T00:00:00Z", "urn:test:th:7", "a:b:c d")
    places = (
        ("ServiceName", 0, "value"), ("StatusStartingTime",),
        ("ServiceInformationExtensions", 0, "ServiceUniqueIdentifier"),
        ("ServiceTypeIdentifier",),
    )  # fmt: skip
    top = ("LoTE", "TrustedEntitiesList", numbers[number], "TrustedEntityServices", 0)
    for value, place in zip(bad, places, strict=True):
        text = payload_of(changed(document, (*top, "ServiceInformation", *place), value))
        fast, slow = with_and_without(text, monkeypatch)
        assert fast == slow
        assert isinstance(fast[0], str)


# --- texts that are no plain JSON ---------------------------------------------------------------
TEXT = payload_of(base())
PLACES = [
    b'"LoTE":', b'"ListAndSchemeInformation":', b'"LoTESequenceNumber":', b'"TrustedEntitiesList":',
    b'"TrustedEntityInformation":', b'"TEName":', b'"lang":"en"', b'"TrustedEntityServices":',
    b'"ServiceInformation":', b'"ServiceTypeIdentifier":', b'"ServiceStatus":', b'"val":',
    b'"StatusStartingTime":', b'"X509Certificates":', b'"Critical":', b'"DefaLoA":', b'"scheme":',
    b'"ServiceUniqueIdentifier":', b'"ServiceHistory":', b'"X509SKIs":', b'"PublicKeyValues":',
    b'"kty":', b'"DefaIssuerIds":', b'"StreetAddress":', b'"ServiceDigitalIdentity":',
]  # fmt: skip


@pytest.mark.parametrize("member", PLACES)
@pytest.mark.parametrize("twin", [b'"%s":"x",', b'"%s":null,', b'"%s":[],', b'"%s":true,'])
def test_a_member_given_twice(member, twin, monkeypatch):
    """The first of two is what a lenient parser drops: whatever it says, the list is refused."""
    assert TEXT.count(member)
    extra = twin % member.split(b'"')[1]
    for text in (TEXT.replace(member, extra + member, 1), TEXT.replace(member, extra + member)):
        fast, slow = with_and_without(text, monkeypatch)
        assert fast == slow
        assert fast[0] == "json.duplicate_member"


def test_a_member_given_twice_alike(monkeypatch):
    for member in (b'"ServiceStatus":', b'"val":', b'"lang":'):
        start = TEXT.index(member)
        end = min(place for mark in (b",", b"}") if (place := TEXT.find(mark, start)) != -1)
        text = TEXT[:start] + TEXT[start:end] + b"," + TEXT[start:]
        fast, slow = with_and_without(text, monkeypatch)
        assert fast == slow
        assert fast[0] == "json.duplicate_member"


def test_a_twin_as_long_as_what_an_escape_saves(monkeypatch):
    """The length of what is written again cannot be made up elsewhere: there are no escapes."""
    twin = TEXT.replace(b'"kty":', b'"kty":"",', 1).replace(b'"kty":"",', b'"kty":"","kty":', 1)
    for name in (b"\\u0041\\u0041", b"\\/", b"\\u00e9"):
        text = twin.replace(b"TEST-ONLY", name, 1)
        fast, slow = with_and_without(text, monkeypatch)
        assert fast == slow
        assert fast[0] == "json.duplicate_member"


HARMLESS = {
    "white space": TEXT.replace(b":", b" : ").replace(b"https : ", b"https:", 0),
    "indented": json.dumps(base(), indent=1).encode(),
    "a line at the end": TEXT + b"\n",
    "spaces before": b"  " + TEXT,
    "an escaped letter": TEXT.replace(b"TEST-ONLY", b"TEST\\u002dONLY"),
    "an escaped slash": TEXT.replace(b"https://", b"https:\\/\\/"),
    "an escaped name": TEXT.replace(b'"val"', b'"v\\u0061l"'),
    "white space in one entity": TEXT.replace(b'"TEName":', b'"TEName": '),
    "members in another order": payload_of(
        {"LoTE": dict(reversed(base()["LoTE"].items()))}
    ),
    "members of an entity in another order": payload_of(
        changed(base(), ENTITY, dict(reversed(base()["LoTE"]["TrustedEntitiesList"][0].items())))
    ),
    "members of a service in another order": payload_of(
        changed(base(), CURRENT, dict(reversed(at(base(), CURRENT).items())))
    ),
    "only ASCII": json.dumps(base(), separators=(",", ":")).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_another_spelling_is_the_same_list(name, monkeypatch):
    fast, slow = with_and_without(HARMLESS[name], monkeypatch)
    assert fast == slow
    if name != "white space":  # which changes times and addresses too
        plain = with_and_without(TEXT, monkeypatch)
        assert fast[0] == plain[0][0]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-1],
        lambda text: text + b"x",
        lambda text: text + b"}",
        lambda text: text + text,
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text + b"\0",
        lambda text: text.decode().encode("utf-16"),
        lambda text: text.replace(b"TEST-ONLY", b"TEST\xffONLY"),
        lambda text: text.replace(b"TEST-ONLY", b"TEST\xed\xa0\x80ONLY"),
        lambda text: text.replace(b"TEST-ONLY", b"TEST\xc0\xafONLY"),
        lambda text: text.replace(b"TEST-ONLY", b"TEST\\ud800ONLY"),
        lambda text: text.replace(b"TEST-ONLY", b"TEST\nONLY"),
        lambda text: text.replace(b"TEST-ONLY", b"TEST\x7fONLY"),
        lambda text: text.replace(b"TEST-ONLY", b"TEST\x01ONLY"),
        lambda text: text.replace(b"false", b"False"),
        lambda text: text.replace(b"false", b"0"),
        lambda text: text.replace(b"false", b"NaN"),
        lambda text: text.replace(b'"Critical":false', b'"Critical":-Infinity'),
        lambda text: text.replace(b"}]}]}}", b"},]}]}}"),
        lambda text: text.replace(b"}]}]}}", b"}]},]}}"),
        lambda text: text.replace(b",", b",,", 1),
        lambda text: text.replace(b'"', b"'"),
        lambda text: text.replace(b'"TEName"', b"/* x */" + b'"TEName"'),
        lambda text: text.replace(b'"ServiceHistory":[', b'"ServiceHistory":' + b"[" * 5000),
        lambda text: text.replace(b'{"TrustedEntityInformation"', b'{}{"TrustedEntityInformation"'),
        lambda text: text.replace(
            b',"TrustedEntitiesList":[', b',"X":{"TrustedEntitiesList":[]},"TrustedEntitiesList":['
        ),
        lambda text: text.replace(
            b'"SchemeName"',
            b'"X":[0,"TrustedEntitiesList":[{"TrustedEntityInformation":{}],"SchemeName"',
        ),
    ],
)  # fmt: skip
def test_a_damaged_text_is_refused_alike(damage, monkeypatch):
    text = damage(TEXT)
    assert text != TEXT
    fast, slow = with_and_without(text, monkeypatch)
    assert fast == slow
    assert isinstance(fast[0], str)


def test_times_are_put_together_from_whole_halves_only(monkeypatch):
    """A status and a time that, joined, spell a pair that was seen: neither is good alone."""
    first, second = service(number=1), service(number=2)
    current = second["ServiceInformation"]
    current["ServiceStatus"] += current["StatusStartingTime"][:1]
    current["StatusStartingTime"] = current["StatusStartingTime"][1:]
    document = member_document(entities=[entity("TH", first, second)])
    fast, slow = with_and_without(payload_of(document), monkeypatch)
    assert fast == slow
    assert fast[0] == "list.status_unknown"


def test_without_the_library_lists_are_read_all_the_same(monkeypatch):
    decoding._quick.cache_clear()
    monkeypatch.setitem(sys.modules, "defa_trust.trustlist.quick", None)
    monkeypatch.delattr(trustlist, "quick")
    try:
        assert decoding._quick() is None
        assert read(TEXT, ORIGIN, max_bytes=1 << 26).trust_list.services
    finally:
        decoding._quick.cache_clear()


def test_a_small_list_loads_no_library(monkeypatch):
    monkeypatch.setattr(decoding, "QUICK_BYTES", len(TEXT) + 1)
    monkeypatch.setattr(decoding, "_quick", lambda: pytest.fail("asked for"))
    assert read(TEXT, ORIGIN, max_bytes=1 << 26).trust_list.services
    with pytest.raises(Rejection) as refusal:
        read(TEXT, ORIGIN, max_bytes=len(TEXT) - 1)
    assert refusal.value.code.id == "json.too_large"
