"""Seals of lists that were read before: forged, moved, rolled back, cut. The list is read anew.

A seal that is in order spares the reading of services. Whether a list is accepted it never says:
signature, pin, time, sequence and territory are judged at every start.
"""

import subprocess
import sys

import pytest

from defa_trust.errors import MisuseError
from defa_trust.store import TrustStore
from defa_trust.store_seals import read_seal_key
from defa_trust.trustlist import decode as decoding
from defa_trust.trustlist import seals
from defa_trust.trustlist.assemble import Pins
from defa_trust.trustlist.spans import SpannedServices
from tests.signed_lists import (
    DAY,
    MEMBER,
    NEXT,
    NOW,
    entity,
    member_document,
    operator,
    pin,
    service,
    signed,
)

quick = pytest.importorskip("defa_trust.trustlist.quick")

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
SEAL = "member_state-TH.seal"


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch):
    monkeypatch.setattr(decoding, "QUICK_BYTES", 0)


def edition(sequence=5, number=1, **more):
    entities = [entity("TH", service(number=number)), entity("TH", service(number=number + 1))]
    return signed(member_document(sequence=sequence, entities=entities, **more))


def store_of(folder, data=None, key=KEY):
    made = TrustStore(folder, seal_key=key)
    made.init(Pins([pin()]))
    if data is not None:
        assert made.add(data, now=NOW).trust_list
    return made


@pytest.fixture
def store(tmp_path):
    return store_of(tmp_path / "trust", edition())


def seal_of(store):
    return (store.folder / "seals" / SEAL).read_bytes()


def put_seal(store, seal):
    (store.folder / "seals").mkdir(exist_ok=True)
    (store.folder / "seals" / SEAL).write_bytes(seal)


def start(store, monkeypatch, key=KEY, now=NOW):
    """The list, whether its services were read now, and the codes."""
    read = []
    plain = quick.split
    with monkeypatch.context() as patch:
        patch.setattr(quick, "split", lambda payload: read.append(1) or plain(payload))
        found = TrustStore(store.folder, seal_key=key).load(now)
    codes = {finding.code.id for finding in found.findings}
    return (found.lists[0] if found.lists else None), bool(read), codes


def ids(found):
    return [entry.id for entry in found.services]


GOOD = ["urn:test:th:1", "urn:test:th:2"]


def read_anew(store, monkeypatch, key=KEY, *, told=True):
    found, read, codes = start(store, monkeypatch, key)
    assert read
    assert ids(found) == GOOD
    assert ("list.seal_refused" in codes) is told


# --- what a seal is for --------------------------------------------------------------------------
def test_a_list_with_a_seal_is_not_read_again_and_says_the_same(store, monkeypatch):
    found, read, codes = start(store, monkeypatch)
    assert not read
    assert codes == {"list.accepted"}
    assert isinstance(found.services, SpannedServices)
    plain, read, _ = start(store, monkeypatch, None)
    assert read
    assert ids(found) == ids(plain) == GOOD
    assert found.services.layout == plain.services.layout
    for name in found.__slots__:
        if name != "services":
            assert getattr(found, name) == getattr(plain, name)
    for one, other in zip(found.services, plain.services, strict=True):
        assert tuple(one) == tuple(other)


def test_who_has_no_key_neither_makes_seals_nor_looks_at_them(tmp_path, monkeypatch):
    store = store_of(tmp_path / "trust", edition(), key=None)
    assert not (store.folder / "seals").exists()
    put_seal(store, b"anything")
    read_anew(store, monkeypatch, None, told=False)
    assert seal_of(store) == b"anything"


def test_a_folder_of_one_who_had_no_key_is_sealed_at_the_first_start(tmp_path, monkeypatch):
    store = store_of(tmp_path / "trust", edition(), key=None)
    assert start(store, monkeypatch)[1] is True
    assert start(store, monkeypatch)[1] is False


def test_a_new_edition_gets_a_new_seal(store, monkeypatch):
    before = seal_of(store)
    assert TrustStore(store.folder, seal_key=KEY).add(edition(6), now=NOW).trust_list
    assert seal_of(store) != before
    found, read, _ = start(store, monkeypatch)
    assert not read
    assert found.sequence == 6
    assert ids(found) == GOOD


# --- seals that are not in order ----------------------------------------------------------------
def test_a_seal_of_another_list(store, tmp_path, monkeypatch):
    """It is in order, and says nothing of the list that is here."""
    other = store_of(tmp_path / "other", edition(9, 7))
    put_seal(store, seal_of(other))
    read_anew(store, monkeypatch, told=False)


def test_a_seal_of_another_list_that_names_this_one(store, tmp_path, monkeypatch):
    other = seal_of(store_of(tmp_path / "other", edition(9, 7)))
    own = seal_of(store)
    put_seal(store, own[:40] + other[40:])
    read_anew(store, monkeypatch)


def test_a_body_from_another_seal(store, tmp_path, monkeypatch):
    other = seal_of(store_of(tmp_path / "other", edition(9, 7)))
    put_seal(store, seal_of(store)[:104] + other[104:])
    read_anew(store, monkeypatch)


def test_a_seal_of_other_rules(store, monkeypatch):
    """Made by this key with older code, which may have accepted what this code refuses."""
    with monkeypatch.context() as patch:
        patch.setattr(seals, "rules", lambda: b"r" * 32)
        older = TrustStore(store.folder, seal_key=KEY)
        put_seal(store, b"")
        older.load(NOW)
        assert seal_of(store)[40:72] == b"r" * 32
    read_anew(store, monkeypatch, told=False)
    assert seal_of(store)[40:72] == seals.rules()
    assert start(store, monkeypatch)[1] is False


def test_a_seal_of_other_rules_that_names_these(store, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(seals, "rules", lambda: b"r" * 32)
        put_seal(store, b"")
        TrustStore(store.folder, seal_key=KEY).load(NOW)
        forged = seal_of(store)
    put_seal(store, forged[:40] + seals.rules() + forged[72:])
    read_anew(store, monkeypatch)


def test_a_seal_made_with_another_key(store, monkeypatch):
    """Who can write the folder and has no key makes one that lists what the list does not."""
    layout = start(store, monkeypatch)[0].services.layout
    index = layout.found_by._replace(sole={"https://evil.test.example": 0})
    digest = seals.sealed_digest(seal_of(store))
    put_seal(store, seals.Sealer(OTHER_KEY).seal(digest, layout._replace(found_by=index)))
    read_anew(store, monkeypatch)
    found = TrustStore(store.folder, seal_key=KEY).load(NOW).snapshot()
    assert "https://evil.test.example" not in found.by_issuer


def test_a_start_with_another_key(store, monkeypatch):
    read_anew(store, monkeypatch, OTHER_KEY)
    assert start(store, monkeypatch, OTHER_KEY)[1] is False


def test_a_folder_moved_to_a_host_with_another_key(store, tmp_path, monkeypatch):
    moved = tmp_path / "moved"
    store.folder.rename(moved)
    read_anew(TrustStore(moved), monkeypatch, OTHER_KEY)


def test_a_seal_from_a_store_with_the_same_key_and_list_is_as_true_there(tmp_path, monkeypatch):
    """It speaks of a list's octets, not of a folder; the folder's pins and marks judge the list."""
    data = edition()
    store = store_of(tmp_path / "trust", data)
    other = store_of(tmp_path / "other", data, key=None)
    put_seal(other, seal_of(store))
    found, read, codes = start(other, monkeypatch)
    assert not read
    assert codes == {"list.accepted"}
    assert ids(found) == GOOD


def test_a_seal_cut_anywhere(store, monkeypatch):
    whole = seal_of(store)
    for length in (*range(0, 140, 7), len(whole) // 2, len(whole) - 1):
        put_seal(store, whole[:length])
        read_anew(store, monkeypatch, told=length > 104)


def test_a_seal_with_more_at_its_end(store, monkeypatch):
    put_seal(store, seal_of(store) + b"\0")
    read_anew(store, monkeypatch)


def test_a_seal_changed_in_one_octet_anywhere(store, monkeypatch):
    whole = seal_of(store)
    for place in (*range(0, 104, 3), *range(104, len(whole), max(1, len(whole) // 40))):
        put_seal(store, whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        # In the name of list or rules: a seal of something else. Behind it: a forgery.
        read_anew(store, monkeypatch, told=place >= 72)


@pytest.mark.parametrize("kind", ["folder", "link to nowhere", "empty"])
def test_a_seal_that_is_no_file(store, kind, monkeypatch):
    path = store.folder / "seals" / SEAL
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.write_bytes(b"")
    else:
        path.symlink_to(store.folder / "nowhere")
    read_anew(store, monkeypatch, told=False)


def test_an_oversized_seal(store, monkeypatch):
    monkeypatch.setattr(seals, "MAX_SEAL_BYTES", 200)
    assert len(seal_of(store)) > 200
    read_anew(store, monkeypatch, told=False)


# --- what a seal does not say -------------------------------------------------------------------
def test_a_list_changed_beside_its_seal(store, monkeypatch):
    path = store.folder / "lists" / "member_state-TH.jwt"
    data = path.read_bytes()
    path.write_bytes(data[:-6] + (b"A" if data[-6:-5] != b"A" else b"B") + data[-5:])
    found, read, codes = start(store, monkeypatch)
    assert (found, read) == (None, False)
    assert "list.signature_invalid" in codes


def test_list_and_seal_rolled_back_together(store, monkeypatch):
    path = store.folder / "lists" / "member_state-TH.jwt"
    data, seal = path.read_bytes(), seal_of(store)
    assert TrustStore(store.folder, seal_key=KEY).add(edition(6), now=NOW).trust_list
    path.write_bytes(data)
    put_seal(store, seal)
    found, _, codes = start(store, monkeypatch)
    assert found is None
    assert "list.rollback" in codes


def test_a_seal_rolled_back_alone(store, monkeypatch):
    seal = seal_of(store)
    assert TrustStore(store.folder, seal_key=KEY).add(edition(6), now=NOW).trust_list
    put_seal(store, seal)
    read_anew(store, monkeypatch, told=False)


def test_a_sealed_list_that_is_too_old(store, monkeypatch):
    found, _, codes = start(store, monkeypatch, now=NEXT + 400 * DAY)
    assert found is None
    assert codes & {"list.too_old", "list.signer_expired"}


def test_a_sealed_list_of_a_signer_who_is_not_pinned(store, tmp_path, monkeypatch):
    other = TrustStore(tmp_path / "other", seal_key=KEY)
    other.init(Pins([pin(MEMBER, "TH", signers=(operator("SG")[1],))]))
    (other.folder / "lists" / "member_state-TH.jwt").write_bytes(
        (store.folder / "lists" / "member_state-TH.jwt").read_bytes()
    )
    put_seal(other, seal_of(store))
    found, read, codes = start(other, monkeypatch)
    assert (found, read) == (None, False)
    assert "list.signer_not_pinned" in codes


# --- the key, and the rules ---------------------------------------------------------------------
@pytest.mark.parametrize("key", [b"", b"k" * 31, "k" * 32, bytearray(32)])
def test_a_short_key(tmp_path, key):
    with pytest.raises(MisuseError):
        TrustStore(tmp_path / "t", seal_key=key)


def test_a_key_in_the_folder_it_guards(store, tmp_path):
    inside, outside, short = store.folder / "key", tmp_path / "key", tmp_path / "short"
    for path in (inside, outside):
        path.write_bytes(KEY)
    short.write_bytes(KEY[:31])
    assert read_seal_key(outside, store.folder) == KEY
    link = tmp_path / "link"
    link.symlink_to(inside)
    for path in (inside, link, short, tmp_path / "nowhere"):
        with pytest.raises(MisuseError):
            read_seal_key(path, store.folder)


def test_without_the_code_s_text_there_are_no_seals(tmp_path, monkeypatch):
    monkeypatch.setattr(seals, "rules", lambda: None)
    store = store_of(tmp_path / "trust", edition())
    assert not (store.folder / "seals").exists()
    put_seal(store, b"DEFASEAL" + bytes(200))
    read_anew(store, monkeypatch, told=False)


def test_the_rules_are_all_that_decides():
    """Every module that the readers import: a change in any makes every seal one of the past.

    Where this fails, a reader imports another module now: it belongs into ``seals.DECIDING``.
    """
    script = (
        "import sys\n"
        "import defa_trust.trustlist.decode, defa_trust.trustlist.quick\n"
        "for name, module in sorted(sys.modules.items()):\n"
        "    if name.split('.')[0] == 'defa_trust':\n"
        "        print(module.__file__)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    root = seals.__file__.removesuffix("trustlist/seals.py")
    found = {path.removeprefix(root).removesuffix(".py") for path in run.stdout.split()}
    assert found | {"trustlist/seals"} == set(seals.DECIDING)
    assert len(set(seals.DECIDING)) == len(seals.DECIDING)


def test_rules_change_with_the_code_and_with_what_it_runs_on(tmp_path, monkeypatch):
    seals.rules.cache_clear()
    before = seals.rules()
    try:
        for module in seals.DECIDING:
            path = tmp_path / f"{module}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
        monkeypatch.setattr(seals, "__file__", str(tmp_path / "trustlist" / "seals.py"))
        seals.rules.cache_clear()
        other = seals.rules()
        (tmp_path / "codec" / "json.py").write_text("y")
        seals.rules.cache_clear()
        third = seals.rules()
        monkeypatch.setattr(seals.unicodedata, "unidata_version", "0")
        seals.rules.cache_clear()
        fourth = seals.rules()
        (tmp_path / "codec" / "json.py").unlink()
        seals.rules.cache_clear()
        assert seals.rules() is None
        assert len({before, other, third, fourth}) == 4
    finally:
        seals.rules.cache_clear()
