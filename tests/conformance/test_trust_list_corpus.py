"""Real lists and their tampered twins: every genuine one verifies, and no other does."""

import json

import pytest

pytest.importorskip("lxml")

from defa_trust.spec import PARTNER_STATES, iso_territory
from defa_trust.trustlist.accept import AcceptancePolicy, ListState, Pin, accept
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.trustlist.companion import Companion, write_companion
from defa_trust.trustlist.model import Binding, ListType
from defa_trust.trustlist.pin import SignerProfile
from defa_trust.trustlist.ts119612.bridge import convert_to_602, convert_to_612
from defa_trust.trustlist.ts119612.opening import announced_pivots, open_with_pivots
from defa_trust.trustlist.ts119612.write import write_list

from . import trust_list_driver as driver
from .corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def corpus():
    return corpus_path("trust-lists")


def test_every_file_is_judged_right_and_for_the_right_reason(corpus):
    row = tally("trust-lists", driver.cases(corpus))
    check(row)
    assert row.cases == 108


def test_the_genuine_lists_are_counted(corpus):
    counts, territories = driver.census(corpus)
    assert counts["verified"] == 71
    assert counts["read"] == 70
    assert counts["list612.version"] == 1  # Peru's list of lists states version 1
    assert counts["services"] > 2800
    assert counts["providers"] > 330
    assert len(territories) >= 33
    assert counts["recognition"] == 4


@pytest.mark.parametrize("name", sorted(driver.TWINS))
def test_a_changed_twin_differs_from_the_genuine_list_and_its_signer_is_the_same(corpus, name):
    """The refusal must come from the change, so the twin's pin has to serve the genuine list."""
    genuine = corpus / driver.TWINS[name]
    assert driver.open_file(corpus, genuine)[1] is None
    assert (corpus / name).read_bytes() != genuine.read_bytes()


def test_a_list_is_not_opened_with_another_lists_signer(corpus):
    austria, germany = corpus / "lotlCache/AT.xml", corpus / "de-tl.xml"
    signers = [
        driver.Signer(der, driver.read_pinned_key(der)) for der in driver.pins(corpus, germany)
    ]
    with pytest.raises(driver.Rejection) as refused:
        driver.open_enveloped(austria.read_bytes(), signers, now=0, algorithms=driver.LEGACY)
    assert refused.value.code.id == "xmldsig.signer_not_pinned"


# --- pivots --------------------------------------------------------------------------------------
CHAINS = {
    "journal_of_2016": (
        "lotlCache/tl_pivot_172_mp.xml",
        ["lotlCache/tl_pivot_247_mp.xml", "lotlCache/tl_pivot_172_mp.xml",
         "lotlCache/tl_pivot_226_mp.xml", "lotlCache/tl_pivot_191_mp.xml"],
        "eu-lotl-250.xml",
    ),
    "journal_of_2019": (
        "lotlCache/eu-lotl-pivot-282.xml",
        ["lotlCache/eu-lotl-pivot-335.xml", "lotlCache/eu-lotl-pivot-300.xml",
         "lotlCache/eu-lotl-pivot-282.xml"],
        "lotlCache/eu-lotl-pivot-341.xml",
    ),
}  # fmt: skip
"""(list whose signer is known out of band, pivots in no order, the list to reach)."""


def follow(corpus, known, pivots, target):
    data = (corpus / target).read_bytes()
    return open_with_pivots(
        data,
        [(corpus / name).read_bytes() for name in pivots],
        driver.own_signers((corpus / known).read_bytes()),
        now=driver.signed_at(data),
        territory="EU",
        algorithms=driver.LEGACY,
    )


@pytest.mark.parametrize("chain", CHAINS)
def test_the_unions_pivots_lead_to_its_list(corpus, chain):
    known, pivots, target = CHAINS[chain]
    opened, steps = follow(corpus, known, pivots, target)
    numbers = [step.list.sequence for step in steps]
    assert numbers == sorted(numbers)
    assert opened.list.sequence > numbers[-1]
    assert opened.signer not in driver.own_signers((corpus / known).read_bytes())


@pytest.mark.parametrize(("chain", "gap"), [("journal_of_2016", "191"), ("journal_of_2019", "335")])
def test_with_a_gap_in_the_chain_the_list_is_not_reached(corpus, chain, gap):
    known, pivots, target = CHAINS[chain]
    left = [name for name in pivots if gap not in name]
    assert len(left) == len(pivots) - 1
    with pytest.raises(driver.Rejection) as refused:
        follow(corpus, known, left, target)
    assert refused.value.code.id in {"list612.pivot", "xmldsig.signer_not_pinned"}


def test_announced_pivots_are_those_before_the_known_publication(corpus):
    found = driver.opened(corpus, "lotlCache/tl_pivot_247_mp.xml").list
    journal = next(text.value for text in found.information if "OJ.C_.2016.233" in text.value)
    names = [uri.rpartition("-pivot-")[2] for uri in announced_pivots(found, journal)]
    assert names == ["247-mp.xml", "226-mp.xml", "191-mp.xml", "172-mp.xml"]
    with pytest.raises(driver.Rejection):
        announced_pivots(found, journal + "x")


# --- content -------------------------------------------------------------------------------------
def test_every_genuine_list_is_written_and_read_back_the_same(corpus):
    same = 0
    for path in driver.files(corpus):
        signed, _ = driver.open_file(corpus, path)
        if signed is None or path.name == "peru-lotl.xml":
            continue
        found = driver.read_list(signed.content)
        assert driver.read_list(write_list(found)) == found._replace(version=6), path.name
        same += 1
    assert same == 70


def test_the_mutual_recognition_extension_is_read(corpus):
    found = driver.opened(corpus, "mra-zz-lotl-history.xml").list
    (pointer,) = [pointer for pointer in found.pointers if pointer.recognition]
    recognition = pointer.recognition
    assert recognition.version == 1
    first = recognition.services[0]
    assert first.status.startswith("http://ec.europa.eu/tools/lotl/mra/")
    assert first.types.pointing
    assert first.types.pointed
    assert first.statuses.valid_pointed
    assert first.contents[0].context.startswith("http://ec.europa.eu/tools/lotl/mra/")
    assert any(service.history for service in recognition.services)


def test_qualifiers_with_their_criteria_are_read(corpus):
    found = driver.opened(corpus, "lotlCache/IT.xml").list
    qualifications = [
        item
        for provider in found.providers
        for service in provider.services
        for extension in service.extensions
        if extension.name == "Qualifications"
        for item in extension.value
    ]
    assert qualifications
    for item in qualifications:
        assert all("/SvcInfoExt/" in uri for uri in item.qualifiers)
        assert item.criteria.assertion in {"all", "atLeastOne", "none"}


def test_a_converted_list_passes_etsis_json_schema_and_names_its_losses(corpus):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(
        (corpus_path("etsi-schemas") / "1960201_json_schema.json").read_text(encoding="utf-8")
    )
    converted = convert_to_602(driver.opened(corpus, "lotlCache/AT.xml").list)
    jsonschema.Draft7Validator(schema).validate(converted.document)
    assert {loss.where for loss in converted.losses} >= {"version", "notices[1].lang"}
    assert convert_to_612(converted.document).losses == ()


# --- as sources of trust -------------------------------------------------------------------------
POLICY = AcceptancePolicy(algorithms=driver.LEGACY)


def union_pin(signers, **more):
    return Pin(
        ListType.REGIONAL, "EU", signers, binding=Binding.XML, profile=SignerProfile.FIELD, **more
    )


def test_the_unions_lists_of_2019_make_one_snapshot(corpus):
    """The list of lists is pinned; 28 states' lists verify with the signers that it names."""
    folder = corpus / "lotlCache"
    documents = {(ListType.REGIONAL, "EU"): (folder / "EU.xml").read_bytes()}
    for path in folder.glob("*.xml"):
        if iso_territory(path.stem) in PARTNER_STATES:
            documents[ListType.MEMBER_STATE, iso_territory(path.stem)] = path.read_bytes()
    now = max(driver.signed_at(data) for data in documents.values()) + 7200
    pins = Pins([union_pin(driver.own_signers(documents[ListType.REGIONAL, "EU"]))])
    found = assemble(pins, documents, now=now, policy=POLICY)
    assert {item.code for item in found.missing} == {"list.absent"}
    assert {item.territory for item in found.missing} == {"DE", "EE", "RO"}
    snapshot = found.snapshot()
    assert len(snapshot.territories) == 28
    assert {"GR", "GB"} <= snapshot.territories
    assert sum(len(item.services) for item in found.lists) == 1770
    # A certificate that two states list is kept apart as two anchors, each of its own state.
    shared = {
        tuple(sorted({anchor.service.territory for anchor in anchors}))
        for anchors in snapshot.by_certificate.values()
    }
    assert {states for states in shared if len(states) > 1} == {("CZ", "SK")}
    # One altered list is missing, by its name, and no other.
    place = (ListType.MEMBER_STATE, "AT")
    documents[place] = documents[place].replace(b"Austria", b"Austrla", 1)
    altered = assemble(pins, documents, now=now, policy=POLICY)
    assert {i.territory: i.code for i in altered.missing}["AT"] == "xmldsig.digest_mismatch"
    assert len(altered.lists) == len(found.lists) - 1


@pytest.mark.parametrize("chain", CHAINS)
def test_pivots_move_the_pin_of_the_list_of_lists(corpus, chain):
    known, pivots, target = CHAINS[chain]
    data = (corpus / target).read_bytes()
    now = driver.signed_at(data) + 60
    pin = union_pin(driver.own_signers((corpus / known).read_bytes()))
    beside = write_companion(Companion(pivots=tuple((corpus / p).read_bytes() for p in pivots)))
    answer = accept(data, pin, last=None, now=now, policy=POLICY, companion=beside)
    assert answer.code is None
    numbers = [hop.trust_list.sequence for hop in answer.hops]
    assert numbers == sorted(numbers)
    assert len(numbers) == len(pivots)
    after = answer.hops[-1].after
    assert accept(data, after, last=None, now=now, policy=POLICY).code is None
    # Whoever signed the first pivot is nobody any more.
    first = (corpus / known).read_bytes()
    assert accept(first, after, last=None, now=now, policy=POLICY).trust_list is None


@pytest.mark.parametrize(
    ("territory", "older", "newer"),
    [
        ("SK", "sk-tl.xml", "sk-tl-sn-95.xml"),
        ("FR", "fr.xml", "lotlCache/FR_59.xml"),
        ("DK", "dk_tl-sn21.xml", "lotlCache/DK.xml"),
        ("IE", "lotlCache/IE.xml", "ie-tl.xml"),
        ("EU", "eu-lotl.xml", "eu-lotl-250.xml"),
    ],
)
def test_real_editions_follow_each_other_and_never_the_other_way(corpus, territory, older, newer):
    first, second = (corpus / older).read_bytes(), (corpus / newer).read_bytes()
    signers = (*driver.own_signers(first), *driver.own_signers(second))
    kind = ListType.REGIONAL if territory == "EU" else ListType.MEMBER_STATE
    pin = union_pin(signers)._replace(type=kind, territory=territory)
    then, now = (driver.signed_at(data) + 60 for data in (first, second))
    mark = ListState.of(accept(first, pin, last=None, now=then, policy=POLICY).trust_list)
    answer = accept(second, pin, last=mark, now=now, policy=POLICY, previous=first)
    assert answer.code is None
    mark = ListState.of(answer.trust_list)
    assert accept(first, pin, last=mark, now=then, policy=POLICY).code in (
        "list.rollback", "list.signed_in_the_future")  # fmt: skip
