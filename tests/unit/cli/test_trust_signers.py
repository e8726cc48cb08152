"""`init --threshold`, `sign` with several keys, `cosign`, `hand-over`, `pins`: a region's life."""

import json

import pytest

from defa_trust.codec import json as strict_json
from tests.signed_lists import ISSUED, member_document, regional_document
from tests.successions import officer
from tests.unit.cli.test_trust_make import pem

AT = ("--at", "2026-11-01T00:00:00Z")


@pytest.fixture
def files(tmp_path):
    """Keys and certificates of officers A to E, together and apart, and the first edition."""
    for name in "ABCDE":
        key, der = officer(name)
        (tmp_path / f"{name}.pem").write_bytes(pem(der) + key.private_pem())
        (tmp_path / f"{name}.crt").write_bytes(pem(der))
    edition(tmp_path, 1)
    return tmp_path


def edition(folder, number):
    path = folder / f"{number}.json"
    document = regional_document(sequence=number, issued=ISSUED + number)
    path.write_bytes(strict_json.compact(document))
    return path


def init(run, files, *options):
    signers = [option for name in "ABC" for option in ("--regional", files / f"{name}.crt")]
    return run("trust", "init", files / "trust", *signers, *options)


def sign(run, files, number, keys, *options):
    key_options = [option for name in keys for option in ("--key", files / f"{name}.pem")]
    return run(
        "trust", "sign", files / f"{number}.json", *key_options, *AT, "-o", files / f"{number}.jwt",
        *options,
    )  # fmt: skip


def add(run, files, number):
    return run("trust", "add", files / "trust", files / f"{number}.jwt", *AT)


def first(run, files):
    assert init(run, files, "--threshold", "2").exit_code == 0
    result = sign(run, files, 1, "AB")
    assert result.exit_code == 0, result.output
    assert (files / "1.jwt.companion.json").exists()


def test_two_of_three_from_the_first_signature_to_the_store(run, files):
    first(run, files)
    assert add(run, files, 1).exit_code == 0
    (files / "1.jwt.companion.json").unlink()
    init(run, files)  # the same pins; the folder stays as it is
    result = add(run, files, 1)
    assert result.exit_code == 0  # its companion is in the store already
    result = run("trust", "pins", files / "trust", "--json")
    shape = json.loads(result.stdout)
    assert [(pin["threshold"], len(pin["signers"])) for pin in shape["pins"]] == [(2, 3)]
    assert shape["successions"] == []


def test_one_signature_is_refused_and_another_is_added_elsewhere(run, files):
    init(run, files, "--threshold", "2")
    assert sign(run, files, 1, "A").exit_code == 0
    assert not (files / "1.jwt.companion.json").exists()
    result = add(run, files, 1)
    assert result.exit_code == 1
    assert "list.below_threshold" in result.stdout
    result = run("trust", "cosign", files / "1.jwt", "--key", files / "C.pem", *AT)
    assert result.exit_code == 0, result.output
    assert "2 signatures in all" in result.stderr
    assert add(run, files, 1).exit_code == 0


def hand_over(run, files, number, previous, to, threshold, *options):
    signers = [option for name in to for option in ("--signer", files / f"{name}.crt")]
    return run(
        "trust", "hand-over", files / f"{number}.json", "--previous", files / f"{previous}.jwt",
        *signers, "--threshold", threshold, "-o", files / f"{number}.json", "--force", *options,
    )  # fmt: skip


def test_a_region_changes_hands(run, files):
    first(run, files)
    add(run, files, 1)
    edition(files, 2)
    result = hand_over(run, files, 2, 1, "CDE", 2)
    assert result.exit_code == 0, result.output
    assert "2 of these sign the lists that follow" in result.stderr
    result = sign(run, files, 2, "AB", "--previous", files / "1.jwt")
    assert result.exit_code == 0, result.output
    assert "have not signed enough" in result.stderr
    assert "list.succession_unproved" in add(run, files, 2).stdout
    for name in "CD":
        run("trust", "cosign", files / "2.jwt", "--key", files / f"{name}.pem", *AT)
    shown = run("trust", "show", files / "2.jwt").stdout
    assert "Hands over    to 2 of these" in shown
    assert shown.count("and beside it") == 3
    result = add(run, files, 2)
    assert result.exit_code == 0
    assert "its signers handed over" in result.stdout
    result = run("trust", "pins", files / "trust")
    assert "AP #2, taken in at 2026-11-01T00:00:00Z: handed over" in result.stdout
    assert "2 of 3" in result.stdout
    # A reader who missed all of that, and the next list.
    edition(files, 3)
    result = sign(run, files, 3, "DE", "--previous", files / "2.jwt")
    assert result.exit_code == 0, result.output
    assert "have not signed" not in result.stderr
    run("trust", "init", files / "late", *[
        option for name in "ABC" for option in ("--regional", files / f"{name}.crt")
    ], "--threshold", "2")  # fmt: skip
    result = run("trust", "add", files / "late", files / "3.jwt", *AT)
    assert result.exit_code == 0, result.stdout
    assert (
        json.loads(run("trust", "pins", files / "late", "--json").stdout)["successions"][0][
            "sequence"
        ]
        == 2
    )
    # The signers of before are done.
    edition(files, 4)
    sign(run, files, 4, "AB")
    assert "list.signer_not_pinned" in add(run, files, 4).stdout


def test_json_says_who_signed_and_whether_it_is_complete(run, files):
    shape = json.loads(sign(run, files, 1, "AB", "--json").stdout)
    assert shape["complete"] is True
    assert len(shape["others"]) == 1
    edition(files, 2)
    hand_over(run, files, 2, 1, "C", 1)
    shape = json.loads(sign(run, files, 2, "A", "--previous", files / "1.jwt", "--json").stdout)
    assert shape["complete"] is False


def test_a_succession_that_follows_another_list_is_not_signed(run, files):
    sign(run, files, 1, "A")
    edition(files, 2)
    sign(run, files, 2, "A")
    edition(files, 3)
    hand_over(run, files, 3, 1, "C", 1)
    result = sign(run, files, 3, "A", "--previous", files / "2.jwt")
    assert result.exit_code == 1
    assert "succession.previous" in result.stdout


def misuse(result, text):
    assert result.exit_code == 2, result.output
    assert text in result.stderr


def test_misuse_is_told(run, files):
    misuse(init(run, files, "--threshold", "4"), "4 of 3 keys")
    misuse(
        run("trust", "init", files / "x", "--national", f"TH={files / 'A.crt'}",
            "--threshold", "2"), "--regional",
    )  # fmt: skip
    sign(run, files, 1, "AB")
    misuse(hand_over(run, files, 1, 1, "C", 2), "--threshold 2 of 1")
    hand_over(run, files, 1, 1, "C", 1)
    misuse(hand_over(run, files, 1, 1, "C", 1), "already")
    (files / "9.json").write_bytes(strict_json.compact(member_document()))
    misuse(hand_over(run, files, 9, 1, "C", 1), "no regional list")
    misuse(run("trust", "cosign", files / "1.json", "--key", files / "A.pem"), "no signed list")
    misuse(run("trust", "add", files / "x", files / "1.jwt.companion.json"), "name the list")
    (files / "1.jwt.companion.json").write_text("{}")
    misuse(run("trust", "cosign", files / "1.jwt", "--key", files / "A.pem", *AT), "companion")
    misuse(
        run("trust", "sign", files / "1.json", "--key", files / "A.pem", "--key", files / "B.pem",
            "--cert", files / "A.crt", *AT), "one for each",
    )  # fmt: skip
    edition(files, 2)
    misuse(
        run("trust", "sign", files / "2.json", "--key", files / "A.pem",
            "--key", files / "B.pem", *AT), "needs -o",
    )  # fmt: skip


def test_several_keys_sign_no_states_list(run, files):
    from tests.signed_lists import operator

    key, der = operator("TH")
    (files / "th.pem").write_bytes(pem(der) + key.private_pem())
    (files / "9.json").write_bytes(strict_json.compact(member_document()))
    misuse(
        run("trust", "sign", files / "9.json", "--key", files / "th.pem", "--key",
            files / "A.pem", *AT, "-o", files / "9.jwt"), "only a regional list",
    )  # fmt: skip


def test_a_list_with_errors_is_not_cosigned(run, files):
    from tests.signed_lists import forged

    bad = forged(regional_document(sequence=0), signer=officer("A"))
    (files / "bad.jwt").write_bytes(bad)
    result = run("trust", "cosign", files / "bad.jwt", "--key", files / "B.pem", *AT)
    assert result.exit_code == 1
    assert "Nothing was signed." in result.stdout
    assert not (files / "bad.jwt.companion.json").exists()
