"""The table of attacks names tests that are there, and shows the codes that were given."""

import ast
from pathlib import Path

import pytest

from defa_trust.errors import Rejection
from defa_trust.trustlist.accept import ListState
from tests.attacks import doors, recorder, table
from tests.signed_lists import NOW, judge, member_document, operator, signed

TESTS = Path(recorder.ROOT) / "tests"
HONEST = signed(member_document())


@pytest.mark.parametrize("attack", table.ATTACKS)
def test_every_attack_has_tests_that_are_there(attack):
    assert table.ATTACKS[attack]
    for name in table.ATTACKS[attack]:
        path, _, function = name.partition("::")
        tree = ast.parse((TESTS / path).read_text("utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_attack_is_listed_twice():
    names = [name for tests in table.ATTACKS.values() for name in tests]
    assert len(names) == len(set(names))


def test_a_code_is_noted_when_it_is_given():
    with doors.watched() as log:
        mark = ListState.of(judge(HONEST).trust_list)
        assert (log.answers, log.codes) == (1, [])
        judge(signed(member_document(sequence=4)), last=mark)
        judge(signed(member_document(), signer=operator("TH", label="attacker")), last=mark)
        assert (log.answers, log.codes) == (3, ["list.rollback", "list.signer_not_pinned"])
        log.clear()
        assert (log.answers, log.codes) == (0, [])
    judge(HONEST, now=0)
    assert log.answers == 0  # every door is as it was


def test_of_doors_behind_a_door_only_the_outermost_speaks(tmp_path):
    from defa_trust.store import TrustStore
    from defa_trust.trustlist.assemble import Pins
    from tests.signed_lists import MEMBER, REGIONAL, pin

    store = TrustStore(tmp_path / "trust")
    store.init(Pins([pin(MEMBER, "TH"), pin(REGIONAL, "AP")]))
    with doors.watched() as log:
        assert store.add(HONEST, now=NOW).code is None
        assert store.add(b"<html>", now=NOW).code == "list.not_a_jws"
        assert store.load(NOW).missing[0].code == "list.absent"
    assert (log.answers, log.codes) == (3, ["list.not_a_jws"])


def test_a_refusal_that_is_raised_is_noted_and_goes_on():
    pytest.importorskip("lxml")
    from defa_trust.trustlist.ts119612 import opening
    from tests.xml_lists import pin

    with doors.watched() as log, pytest.raises(Rejection):
        opening.open_list(b"<!DOCTYPE x><x/>", [pin()], now=NOW, territory="TH")
    assert log.codes == ["xml.doctype"]


def test_a_test_that_is_gone_or_failed_is_said(monkeypatch, capsys):
    name = table.ATTACKS["rollback"][0]
    monkeypatch.setattr(table, "ATTACKS", {"rollback": (name,)})
    for ran, status, text in (
        ({name: table.Ran("passed", 1, 1, ("list.rollback",))}, 0, "list.rollback"),
        ({name: table.Ran("failed", 1, 1, ())}, 1, "FAILED"),
        ({name: table.Ran("skipped", 1, 0, ())}, 1, "SKIPPED"),
        ({}, 1, "NOT FOUND"),
    ):
        monkeypatch.setattr(table, "run", lambda ran=ran: ran)
        assert table.main([]) == status
        assert text in capsys.readouterr().out
