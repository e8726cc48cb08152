"""The region is the same every time, its lists are accepted, and nothing in it could be real."""

import json
import re
import subprocess
import sys
from hashlib import sha256
from importlib.resources import files

import pytest

from defa_trust.codec import base64url
from defa_trust.demo import region as region_module
from defa_trust.demo.corridors import (
    CORRIDORS,
    EFFECTS,
    INSTRUMENTS,
    WITHOUT_TERM,
    InstrumentStatus,
)
from defa_trust.demo.keys import kept_rsa
from defa_trust.demo.plans import DAY, REGION_EPOCH
from defa_trust.demo.region import WITHHELD, build_region, write_region
from defa_trust.demo.states import STATES
from defa_trust.errors import MisuseError
from defa_trust.policy import TranscribedLists
from defa_trust.recognition.levels import scales
from defa_trust.signing_crypto import SigningKey
from defa_trust.spec import MEMBER_STATES, SVC_TSA
from defa_trust.store import TrustStore
from defa_trust.trustlist.accept import AcceptancePolicy
from defa_trust.trustlist.assemble import assemble
from defa_trust.trustlist.decode import MAX_VALIDITY_DAYS
from defa_trust.trustlist.model import IdentityKind, ListType, Publication, Stage, Status
from defa_trust.verdict import Outcome
from tests.conformance.corpora import corpus_path

FINGERPRINT = """
import sys
from hashlib import sha256
from defa_trust.demo.region import build_region
region = build_region()
whole = sha256()
for place, data in sorted((*region.documents.items(), *region.withheld.items())):
    whole.update(repr(place).encode() + data)
for sample in region.samples:
    whole.update(sample.file_name.encode() + sample.data)
print(whole.hexdigest())
"""


def payload(data):
    return json.loads(base64url.decode(data.split(b".")[1]))


def lists_of(assembly, kind):
    return {item.territory: item for item in assembly.lists if item.type is kind}


# --- the same every time -------------------------------------------------------------------------
def test_two_builds_give_the_same_bytes(region):
    again = build_region.__wrapped__()
    assert again is not region
    assert again.documents == region.documents
    assert again.withheld == region.withheld
    assert again.samples == region.samples


def test_a_fresh_interpreter_gives_the_same_bytes():
    prints = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(prints) == 1


def test_another_moment_gives_another_region_without_the_salted_samples(region):
    later = build_region(REGION_EPOCH + 400 * DAY)
    names = {sample.file_name for sample in later.samples}
    left_out = {sample.file_name for sample in region.samples} - names
    assert left_out == {
        "sg-hcert-good-deflated.txt",
        "vn-hcert-good.txt",
        "vn-sd-jwt-vc-good-bound.txt",
        "vn-sd-jwt-vc-good-json-bound.json",
        "vn-vc-jwt-good-1.1.txt",
    }
    assert len(later.assemble().lists) == len(region.assemble().lists)


@pytest.mark.parametrize("at", [REGION_EPOCH - 1, 0, -1, 1_990_000_000, 2_100_000_000])
def test_no_region_outside_the_life_of_its_certificates(at):
    with pytest.raises(MisuseError, match="2026-11-01"):
        build_region(at)


def test_the_last_region_is_whole():
    assert len(build_region(1_988_000_000).assemble().lists) == 19


# --- lists ----------------------------------------------------------------------------------------
def test_every_list_is_accepted_but_the_withheld_one(region, assembly):
    assert [(item.type, item.territory) for item in assembly.missing] == [WITHHELD]
    assert {item.code for item in assembly.missing} == {"list.absent"}
    assert {(item.type, item.territory) for item in assembly.lists} == set(region.documents)
    refused = [f.code.id for f in assembly.findings if f.code.outcome is not Outcome.MET]
    assert refused == ["list.absent"]


def test_eleven_state_lists_and_eight_recognition_lists(region):
    both = {**region.documents, **region.withheld}
    kinds = [kind for kind, _ in both]
    assert kinds.count(ListType.REGIONAL) == 1
    assert {cc for kind, cc in both if kind is ListType.MEMBER_STATE} == set(MEMBER_STATES)
    recognising = {cc for kind, cc in both if kind is ListType.RECOGNITION}
    assert recognising == {"BN", "KH", "MY", "PH", "SG", "TH", "TL", "VN"}


def test_supplying_the_withheld_list_completes_the_region(region):
    whole = assemble(region.pins, {**region.documents, **region.withheld}, now=region.at)
    assert whole.missing == ()


@pytest.mark.parametrize("place", [(ListType.MEMBER_STATE, "TH"), (ListType.RECOGNITION, "SG")])
def test_one_changed_byte_of_a_list_refuses_that_list_alone(region, place):
    data = bytearray(region.documents[place])
    data[len(data) // 2] ^= 1
    found = assemble(region.pins, {**region.documents, place: bytes(data)}, now=region.at)
    assert {(item.type, item.territory) for item in found.missing} == {WITHHELD, place}


def test_without_its_pin_the_region_is_worth_nothing(region):
    empty = assemble(type(region.pins)(), region.documents, now=region.at)
    assert empty.lists == ()


def test_no_list_is_valid_for_more_than_six_months(assembly):
    for item in assembly.lists:
        assert item.next_update - item.issued <= MAX_VALIDITY_DAYS * DAY


def test_every_list_passes_etsis_unmodified_schema(region):
    from jsonschema import Draft7Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    folder = corpus_path("etsi-schemas")
    schema = json.loads((folder / "1960201_json_schema.json").read_text(encoding="utf-8"))
    rfc = json.loads((folder / "rfcs" / "rfc7517.json").read_text(encoding="utf-8"))
    jwk = Resource.from_contents(rfc, default_specification=DRAFT7)
    validator = Draft7Validator(schema, registry=Registry().with_resource("rfcs/rfc7517.json", jwk))
    for data in (*region.documents.values(), *region.withheld.values()):
        document = payload(data)
        assert [error.message for error in validator.iter_errors(document)] == []
        document["LoTE"]["ListAndSchemeInformation"]["Invented"] = 1
        assert not validator.is_valid(document)


def test_transcribed_lists_say_so_and_can_be_refused(region, assembly):
    published = {
        cc: item.publication for cc, item in lists_of(assembly, ListType.MEMBER_STATE).items()
    }
    authoritative = {cc for cc, kind in published.items() if kind is Publication.AUTHORITATIVE}
    assert authoritative == {"SG", "TH", "VN"}
    strict = AcceptancePolicy(transcribed=TranscribedLists.REFUSE)
    kept = assemble(region.pins, region.documents, now=region.at, policy=strict)
    assert set(lists_of(kept, ListType.MEMBER_STATE)) == authoritative


# --- modelled on what is known --------------------------------------------------------------------
def test_levels_are_unstated_where_none_is_published(assembly):
    lists = lists_of(assembly, ListType.MEMBER_STATE)
    stated = {cc for cc, item in lists.items() if any(s.levels for s in item.services)}
    assert stated == {"KH", "SG", "TH", "VN"}


def test_every_granted_level_and_cap_is_on_a_scale_of_its_state(assembly):
    for cc, item in lists_of(assembly, ListType.MEMBER_STATE).items():
        for service in item.services:
            for grant in service.levels:
                scale = scales()[grant.scheme]
                assert scale.territory == cc
                assert grant.value in scale.values
                assert grant.cap is None or grant.cap in scale.values


def test_thailand_has_a_ceiling_below_the_grant(assembly):
    services = lists_of(assembly, ListType.MEMBER_STATE)["TH"].services
    capped = [g for s in services for g in s.levels if g.cap is not None]
    assert [(g.value, g.cap) for g in capped] == [("2.3", "1.3"), ("2.2", "1")]


@pytest.mark.parametrize(
    ("state", "scopes"),
    [("VN", {"civil", "government"}), ("ID", {"instansi", "non-instansi"})],
)
def test_parallel_hierarchies_are_separate_services_with_separate_keys(assembly, state, scopes):
    services = lists_of(assembly, ListType.MEMBER_STATE)[state].services
    scoped = [s for s in services if s.scope is not None]
    assert {s.scope for s in scoped} == scopes
    keys = [i.key.thumbprint for s in scoped for i in s.identities]
    assert len(set(keys)) == len(keys) == 2
    assert len({s.entity for s in scoped}) == 2


def test_each_state_has_the_identities_its_scheme_has(assembly):
    kinds = {
        cc: {i.kind for s in item.services for i in s.identities}
        for cc, item in lists_of(assembly, ListType.MEMBER_STATE).items()
    }
    assert IdentityKind.ISSUER_PATTERN in kinds["MY"]
    assert {cc for cc, found in kinds.items() if IdentityKind.ONLINE in found} == {"KH", "PH"}
    assert IdentityKind.DID in kinds["PH"]
    assert {cc for cc, found in kinds.items() if IdentityKind.ISSUER_PATTERN in found} == {"MY"}


def test_domestic_terms_stand_in_their_own_language(assembly):
    terms = {
        cc: {s.term for s in item.services if s.type != SVC_TSA}
        for cc, item in lists_of(assembly, ListType.MEMBER_STATE).items()
    }
    assert terms["ID"] == {"tersertifikasi", "tanda tangan elektronik tersertifikasi"}
    assert terms["SG"] == {"secure electronic signature"}
    assert terms["TL"] == {None}


def test_a_withdrawn_service_keeps_its_past(assembly):
    services = lists_of(assembly, ListType.MEMBER_STATE)["SG"].services
    closed = next(s for s in services if len(s.history) > 1)
    assert [period.status for period in closed.history] == [Status.WITHDRAWN, Status.GRANTED]


def test_nothing_in_force_rests_on_an_unsigned_agreement():
    unsigned = {
        name
        for name, plan in INSTRUMENTS.items()
        if plan.status is InstrumentStatus.CONCLUDED_UNSIGNED
    }
    assert unsigned == {"DEFA"}
    resting = [corridor for corridor in CORRIDORS if corridor.instrument in unsigned]
    assert [corridor.stage for corridor in resting] == [Stage.OBSERVE]
    assert all(not INSTRUMENTS[name].verified for name in unsigned)


def test_every_effect_is_one_of_the_receiving_states_own_law():
    assert EFFECTS.keys() == {corridor.recognising for corridor in CORRIDORS}
    for corridor in CORRIDORS:
        own = EFFECTS[corridor.recognising]
        assert corridor.effect in (*own, *WITHOUT_TERM), corridor.id
        if corridor.what == "signatures" and corridor.stage is Stage.IN_FORCE:
            assert corridor.effect in own, corridor.id


def test_no_state_recognises_itself_or_twice_alike():
    assert all(c.recognising != c.recognised for c in CORRIDORS)
    assert len({c.id for c in CORRIDORS}) == len(CORRIDORS)


# --- nothing real ---------------------------------------------------------------------------------
REAL_NAMES = (
    "singpass", "govtech", "imda", "netrust", "myinfo", "mydigital", "mimos", "mcmc", "digicert",
    "thaid", "ndid", "dopa", "etda", "nrca", "dukcapil", "komdigi", "bssn", "bsre", "privy",
    "peruri", "philsys", "everify", "egovph", "dict.gov", "psa.gov", "vneid", "neac", "rootca",
    "camdigikey", "mptc", "camdx", "bruneiid", "aiti", "lanic", "laeid", "tic timor",
)  # fmt: skip
SCALE_NAMES = tuple(scales())
SCHEMES = ("philsys", "everify", "camdigikey")


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from strings(member)
    elif isinstance(value, list):
        for entry in value:
            yield from strings(entry)


def test_every_name_says_test_only(region):
    for data in (*region.documents.values(), *region.withheld.values()):
        lote = payload(data)["LoTE"]
        scheme = lote["ListAndSchemeInformation"]
        names = [scheme["SchemeOperatorName"], scheme["SchemeName"]]
        for entity in lote.get("TrustedEntitiesList", ()):
            names.append(entity["TrustedEntityInformation"]["TEName"])
            services = entity["TrustedEntityServices"]
            names += [service["ServiceInformation"]["ServiceName"] for service in services]
        for name in names:
            assert "TEST-ONLY" in name[0]["value"]


def test_every_address_is_under_a_name_reserved_for_tests(region):
    # ETSI's URIs name types and rules and lead to no authority; `.example` is RFC 2606's.
    allowed = re.compile(
        r"https://([a-z0-9-]+\.)*test\.example([/#]|$)|https://defa\.example/"
        r"|http://uri\.etsi\.org/|https://www\.w3\.org/|https://bank\.|mailto:[a-z]+@[a-z.]*test\.example$"
    )
    for data in (*region.documents.values(), *region.withheld.values()):
        for text in strings(payload(data)):
            if re.match(r"(?:https?|mailto):", text):
                assert allowed.match(text), text
    for sample in region.samples:
        for text in re.findall(rb"https?://[^\"\s\\]+", sample.data):
            assert allowed.match(text.decode()), text


def test_no_real_authority_is_named(region):
    for data in (*region.documents.values(), *region.withheld.values()):
        for text in strings(payload(data)):
            if any(text.startswith(scale) for scale in SCALE_NAMES):
                continue  # a level's scheme is the national label itself
            if text.removeprefix("identity:").removesuffix("-v3").removesuffix("-v1") in SCHEMES:
                continue  # so are the names of formats that one scheme alone has
            for name in REAL_NAMES:
                assert name not in text.lower(), text


def test_every_instrument_but_the_unsigned_one_is_invented():
    for name, plan in INSTRUMENTS.items():
        assert ("TEST-ONLY" in plan.title) is (name != "DEFA")


# --- the folder -----------------------------------------------------------------------------------
def test_the_folder_holds_a_store_that_loads(tmp_path, region, snapshot):
    write_region(tmp_path)
    loaded = TrustStore(tmp_path / "trust").load(region.at)
    assert loaded.snapshot().digest == snapshot.digest
    index = json.loads((tmp_path / "samples" / "index.json").read_text(encoding="utf-8"))
    assert len(index) == len(region.samples)
    for entry in index:
        sample = region.sample(entry["file"])
        assert (tmp_path / "samples" / entry["file"]).read_bytes() == sample.data + b"\n"
        assert set(entry["expect"]) == set(sample.expect)


def test_the_kept_keys_pass_the_test_that_reading_them_leaves_out():
    for path in (files("defa_trust.demo") / "test_only_keys").iterdir():
        if path.name.endswith(".pem"):
            name = path.name.removeprefix("TEST-ONLY-").removesuffix(".pem")
            checked = SigningKey.from_pem(path.read_bytes())
            assert checked.private_pem() == kept_rsa(name).private_pem()


def test_private_keys_are_named_for_what_they_are(tmp_path):
    write_region(tmp_path)
    keys = sorted(path.name for path in (tmp_path / "keys").iterdir())
    assert keys
    assert all(name.startswith("TEST-ONLY-") for name in keys)
    public = json.loads((tmp_path / "keys" / "TEST-ONLY-th-identity.public.jwk.json").read_bytes())
    assert "d" not in public


def test_writing_again_gives_the_same_folder(tmp_path):
    def content():
        return {
            str(path.relative_to(tmp_path)): sha256(path.read_bytes()).hexdigest()
            for path in tmp_path.rglob("*")
            if path.is_file()
        }

    write_region(tmp_path)
    first = content()
    write_region(tmp_path)
    assert content() == first


def test_writing_another_moment_leaves_nothing_of_the_first(tmp_path):
    write_region(tmp_path)
    later = write_region(tmp_path, REGION_EPOCH + DAY)
    assert not (tmp_path / "samples" / "vn-hcert-good.txt").exists()
    loaded = TrustStore(tmp_path / "trust").load(later.at)
    assert loaded.snapshot().digest == later.snapshot().digest


def test_another_trust_store_is_left_alone(tmp_path, region):
    pin = next(iter(region.pins))
    other = pin._replace(signers=(region_module.list_signer_certificate("SG"),))
    TrustStore(tmp_path / "trust").init(type(region.pins)([other]))
    before = (tmp_path / "trust" / "pins.json").read_bytes()
    with pytest.raises(MisuseError, match="other signers"):
        write_region(tmp_path)
    assert (tmp_path / "trust" / "pins.json").read_bytes() == before


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(MisuseError, match="not empty"):
        write_region(tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def test_a_folder_that_cannot_be_written_is_misuse(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MisuseError, match="cannot be written"):
        write_region(tmp_path / "file")


def test_an_unknown_sample_is_misuse(region):
    with pytest.raises(MisuseError, match="no sample"):
        region.sample("xx-hcert-good.txt")


def test_every_state_says_what_is_modelled_and_what_is_unknown():
    for plan in STATES.values():
        assert plan.modelled
        assert plan.unknown
