"""The trust folder: whatever lies there is verified again, and damage is said in words."""

import json
import os
import stat

import pytest

from defa_trust import store as store_module
from defa_trust.errors import MisuseError
from defa_trust.store import TrustStore
from defa_trust.trustlist.accept import AcceptancePolicy, ListState, Pin
from defa_trust.trustlist.assemble import Pins
from tests.signed_lists import (
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    REGIONAL,
    judge,
    member_document,
    operator,
    pin,
    recognition_document,
    regional_document,
    signed,
)


@pytest.fixture
def store(tmp_path):
    made = TrustStore(tmp_path / "trust")
    made.init(Pins([pin(REGIONAL, "AP")]))
    return made


@pytest.fixture
def full(store):
    store.put(REGIONAL, "AP", signed(regional_document()))
    store.put(MEMBER, "TH", signed(member_document()))
    store.put(RECOGNITION, "SG", signed(recognition_document()))
    return store


def test_pins_are_kept_as_given(store):
    assert store.pins == Pins([pin(REGIONAL, "AP")])
    settings = json.loads((store.folder / "pins.json").read_text())
    assert settings["version"] == 1
    assert settings["pins"][0]["type"] == "regional"
    assert set(settings["pins"][0]) == {"type", "territory", "signers"}


def test_a_location_is_kept(tmp_path):
    store = TrustStore(tmp_path / "t")
    wanted = Pins([Pin(MEMBER, "TH", (operator("TH")[1],), "https://l.test.example/th.jwt")])
    store.init(wanted)
    assert store.pins == wanted


def test_what_was_put_is_verified_at_every_load(full):
    assert full.load(NOW).missing == ()
    path = full.folder / "lists" / "member_state-TH.jwt"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    (missing,) = full.load(NOW).missing
    assert (missing.type, missing.territory) == (MEMBER, "TH")


def test_an_empty_folder_has_no_lists_and_says_which_are_missing(store):
    found = store.load(NOW)
    assert found.lists == ()
    assert [item.code for item in found.missing] == ["list.absent"]
    assert store.documents() == {}


def test_documents_come_by_place_and_strangers_are_left_alone(full):
    (full.folder / "lists" / "notes.txt").write_text("mine")
    (full.folder / "lists" / "member_state-th.jwt").write_text("no")
    (full.folder / "lists" / "member_state-VN.jwt").mkdir()
    assert set(full.documents()) == {(REGIONAL, "AP"), (MEMBER, "TH"), (RECOGNITION, "SG")}


def test_sequence_numbers_are_remembered_across_loads(full):
    full.load(NOW)
    assert full.states[MEMBER, "TH"].sequence == 5
    full.put(MEMBER, "TH", signed(member_document(sequence=4)))
    assert [item.code for item in full.load(NOW).missing] == ["list.rollback"]
    full.put(MEMBER, "TH", signed(member_document(sequence=6)))
    assert full.load(NOW).missing == ()
    assert full.states[MEMBER, "TH"].sequence == 6


def test_add_stores_only_what_is_accepted(full):
    full.load(NOW)
    before = full.documents()[MEMBER, "TH"]
    older = full.add(signed(member_document(sequence=4)), now=NOW)
    assert (older.trust_list, older.code) == (None, "list.rollback")
    other = full.add(signed(member_document(title="Another view")), now=NOW)
    assert other.code == "list.split_view"
    assert full.documents()[MEMBER, "TH"] == before
    newer = full.add(signed(member_document(sequence=6)), now=NOW)
    assert newer.trust_list.sequence == 6
    assert full.states[MEMBER, "TH"].sequence == 6
    assert full.load(NOW).missing == ()


def test_add_says_why_not(store):
    assert store.add(b"<html>", now=NOW).code == "list.not_a_jws"
    assert store.add(signed(member_document()), now=NOW).code == "list.no_pin"
    assert store.add(signed(regional_document()), now=NOW).trust_list
    assert store.add(signed(member_document()), now=NOW).trust_list
    assert store.add(signed(member_document("VN")), now=NOW).code == "list.no_pin"
    assert store.add(signed(member_document(sequence=7)), now=NEXT).code == "list.no_pin"


def test_an_add_of_too_many_bytes(store):
    small = AcceptancePolicy(max_bytes=100)
    assert store.add(signed(regional_document()), now=NOW, policy=small).code == "list.too_large"


def test_files_are_replaced_as_a_whole_and_can_be_read_by_others(full):
    names = {path.name for path in full.folder.rglob("*") if path.is_file()}
    assert names == {
        ".lock",
        "pins.json",
        "state.json",
        "regional-AP.jwt",
        "member_state-TH.jwt",
        "recognition-SG.jwt",
    }
    mode = stat.S_IMODE((full.folder / "lists" / "regional-AP.jwt").stat().st_mode)
    assert mode == 0o644


def test_a_write_that_fails_leaves_the_old_bytes(full, monkeypatch):
    before = full.documents()[MEMBER, "TH"]

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(MisuseError, match="No space left"):
        full.put(MEMBER, "TH", b"new")
    assert full.documents()[MEMBER, "TH"] == before
    assert [p.name for p in (full.folder / "lists").iterdir() if p.name.startswith(".")] == []


def test_a_folder_that_cannot_be_written_still_serves(full, monkeypatch):
    def broken(self, states):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(TrustStore, "_remember", broken)
    found = full.load(NOW)
    assert found.missing == ()
    assert found.findings[-1].code.id == "list.state_not_kept"


# --- damage --------------------------------------------------------------------------------------
def test_no_pins_no_folder(tmp_path):
    with pytest.raises(MisuseError, match="at least one pin"):
        TrustStore(tmp_path / "t").init(Pins())
    assert not (tmp_path / "t").exists()


def test_pins_are_not_overwritten(store):
    with pytest.raises(MisuseError, match="already"):
        store.init(Pins([pin(REGIONAL, "AP")]))


def test_a_pin_must_be_a_certificate(tmp_path):
    with pytest.raises(MisuseError, match="no usable certificate"):
        TrustStore(tmp_path / "t").init(Pins([Pin(MEMBER, "TH", (b"not DER",))]))
    assert not (tmp_path / "t" / "pins.json").exists()


def test_a_folder_that_is_none(tmp_path):
    for where in (tmp_path / "absent", tmp_path / "file"):
        (tmp_path / "file").write_text("x")
        with pytest.raises(MisuseError, match="no folder"):
            TrustStore(where).load(NOW)
    with pytest.raises(MisuseError, match="missing"):
        TrustStore(tmp_path).load(NOW)


BAD_SETTINGS = [
    b"",
    b"{",
    b"[]",
    b"{}",
    b'{"version":2,"pins":[],"lists":[]}',
    b'{"version":1,"pins":{},"lists":{}}',
    b'{"version":1,"version":1,"pins":[],"lists":[]}',
    b'{"version":1,"pins":[5],"lists":[5]}',
    b'{"version":1,"pins":[{}],"lists":[{}]}',
    b'{"version":1,"pins":[{"type":"x","territory":"TH","signers":[]}],"lists":[{"type":"x"}]}',
    (
        b'{"version":1,"pins":[{"type":"regional","territory":5,"signers":["AAAA"]}],'
        b'"lists":[{"type":"regional","territory":"AP","sequence":0,"sha256":"x"}]}'
    ),
    (
        b'{"version":1,"pins":[{"type":"regional","territory":"AP","signers":["!"]}],'
        b'"lists":[{"type":"regional","territory":"AP","sequence":"1","sha256":5}]}'
    ),
    (
        b'{"version":1,"pins":[{"type":"regional","territory":"AP","signers":["AAAA"]}],'
        b'"lists":[{"type":"regional","territory":"AP","sequence":true,"sha256":""}]}'
    ),
    (
        b'{"version":1,"pins":[{"type":[],"territory":"AP","signers":[]}],'
        b'"lists":[{"type":[],"territory":"AP","sequence":1,"sha256":"x"}]}'
    ),
    b"\xff\xfe",
]


@pytest.mark.parametrize("name", ["pins.json", "state.json"])
@pytest.mark.parametrize("content", BAD_SETTINGS, ids=range(len(BAD_SETTINGS)))
def test_a_damaged_file_is_said_in_words(full, name, content):
    (full.folder / name).write_bytes(content)
    with pytest.raises(MisuseError, match=name.replace(".", r"\.")):
        full.load(NOW)


@pytest.mark.parametrize("name", ["pins.json", "state.json"])
def test_a_missing_file_is_damage_too(full, name):
    (full.folder / name).unlink()
    with pytest.raises(MisuseError, match="missing"):
        full.load(NOW)


@pytest.mark.parametrize("territory", ["../x", "th", "THA", "", "T/", "\x00\x00"])
def test_a_territory_is_no_path(store, territory):
    with pytest.raises(MisuseError):
        store.put(MEMBER, territory, b"x")


def test_states_are_marks(full):
    full.load(NOW)
    (region,) = [found for found in full.load(NOW).lists if found.type is REGIONAL]
    assert full.states[REGIONAL, "AP"] == ListState(9, region.signed_digest)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_parent(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(MisuseError, match="cannot be written"):
            TrustStore(tmp_path / "t").init(Pins([pin(REGIONAL, "AP")]))
    finally:
        tmp_path.chmod(0o700)


# --- marks and faults of the disk ----------------------------------------------------------------
def test_a_slower_process_takes_no_mark_back(tmp_path):
    """Two processes: the one that read the marks first writes them last."""
    slow, quick = TrustStore(tmp_path / "t"), TrustStore(tmp_path / "t")
    slow.init(Pins([pin(MEMBER, "TH"), pin(RECOGNITION, "SG")]))
    before = slow.states
    assert quick.add(signed(member_document(sequence=7)), now=NOW).trust_list
    low = ListState.of(judge(signed(member_document(sequence=5))).trust_list)
    slow._remember({**before, (MEMBER, "TH"): low})
    assert slow.states[MEMBER, "TH"].sequence == 7
    assert slow.add(signed(member_document(sequence=6)), now=NOW).code == "list.rollback"
    assert slow.add(signed(member_document(sequence=8)), now=NOW).trust_list
    assert quick.states[MEMBER, "TH"].sequence == 8


def test_two_marks_for_one_list_are_damage(full):
    full.load(NOW)
    path = full.folder / "state.json"
    settings = json.loads(path.read_text())
    first = settings["lists"][0]
    settings["lists"].append({**first, "sequence": 1})
    path.write_text(json.dumps(settings))
    with pytest.raises(MisuseError, match="damaged"):
        full.load(NOW)
    del settings["lists"][-1]
    path.write_text(json.dumps(settings))
    assert full.load(NOW).missing == ()


@pytest.mark.parametrize("signers", [{"AAAA": 1}, "AAAA", 1, None])
def test_pinned_signers_are_an_array(store, signers):
    path = store.folder / "pins.json"
    settings = json.loads(path.read_text())
    [der] = settings["pins"][0]["signers"]
    settings["pins"][0]["signers"] = {der: 1} if isinstance(signers, dict) else signers
    path.write_text(json.dumps(settings))
    with pytest.raises(MisuseError, match="damaged"):
        _ = store.pins
    settings["pins"][0]["signers"] = [der]
    path.write_text(json.dumps(settings))
    assert len(store.pins) == 1


def test_a_full_disk_is_said_in_words(tmp_path, monkeypatch):
    store = TrustStore(tmp_path / "t")
    store.init(Pins([pin(MEMBER, "TH")]))
    real = store_module._write

    def full_disk(path, data):
        if path.name == "state.json":
            raise OSError(28, "No space left on device")
        real(path, data)

    monkeypatch.setattr(store_module, "_write", full_disk)
    with pytest.raises(MisuseError, match="No space left"):
        store.add(signed(member_document()), now=NOW)
    assert [f.code.id for f in store.load(NOW).findings][-1] == "list.state_not_kept"
    monkeypatch.undo()
    assert store.add(signed(member_document()), now=NOW).trust_list


def test_a_list_that_cannot_be_read_is_said_in_words(full, monkeypatch):
    def unreadable(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(TrustStore, "_stored", unreadable)
    for call in (full.documents, lambda: full.load(NOW)):
        with pytest.raises(MisuseError, match="Permission denied"):
            call()
    with pytest.raises(MisuseError, match="Permission denied"):
        full.add(signed(member_document()), now=NOW)
    monkeypatch.undo()
    assert full.load(NOW).missing == ()
