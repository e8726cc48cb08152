"""``python -m tests.attacks.table [--json FILE]``: every attack on trust lists by name, run now.

Each row is a test with the codes that the toolkit answered in it (``doors``). A code beside a test
is one that was given; a test with none shows that something *held*: no door refused anything in it.
Exit status 1 where a test failed, was skipped, or is gone.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from .recorder import Recorder

LISTS = "attacks/test_trust_lists.py::"
NETWORK = "attacks/test_refresh.py::"
DISK = "attacks/test_store_processes.py::"
SEALS = "attacks/test_seals.py::"
XML = "attacks/test_xml_lists.py::"
SIGNERS = "unit/trustlist/test_succession.py::"
PIVOTS = "unit/trustlist/test_ts119612_pivots.py::"
FOLDER = "unit/test_store_xml.py::"

ATTACKS: dict[str, tuple[str, ...]] = {
    "rollback": (
        LISTS + "test_rollback_to_a_list_in_which_a_withdrawn_service_was_granted",
        NETWORK + "test_rollback_over_the_network",
        FOLDER + "test_a_bad_edition_replaces_no_good_one",
    ),
    "split view": (
        LISTS + "test_split_view_two_lists_under_one_number",
        LISTS + "test_the_same_list_signed_again_is_another_list",
        NETWORK + "test_split_view_over_the_network",
    ),
    "freeze": (
        LISTS + "test_freeze_the_region_is_shown_as_it_was",
        NETWORK + "test_freeze_the_old_list_is_served_for_ever",
    ),
    "mix-and-match": (LISTS + "test_mix_and_match_of_lists_that_never_stood_together",),
    "fast-forward": (
        NETWORK + "test_fast_forward_the_numbers_are_used_up",
        NETWORK + "test_fast_forward_of_the_regional_list",
        SIGNERS + "test_those_who_hand_over_may_go_past_a_number_that_was_used_up",
    ),
    "signer rotation and pivot gap": (
        SIGNERS + "test_a_gap_in_the_chain",
        SIGNERS + "test_steps_are_ordered_by_number_and_by_nothing_else",
        SIGNERS + "test_two_successions_from_one_list",
        PIVOTS + "test_without_a_pivot_the_new_signer_is_a_stranger",
        PIVOTS + "test_a_pivot_that_was_changed_ends_the_matter",
        FOLDER + "test_a_pivot_that_is_missing_leaves_the_folder_as_it_was",
    ),
    "stolen operator key": (
        SIGNERS + "test_too_few_signers",
        SIGNERS + "test_a_succession_below_the_threshold",
        SIGNERS + "test_a_succession_signed_by_the_successor_alone",
        SIGNERS + "test_successors_who_did_not_show_their_keys",
        SIGNERS + "test_two_certificates_of_one_key_are_one_signer",
    ),
    "signature wrapping": (
        XML + "test_wrapping_the_signed_list_moved_into_an_extension",
        XML + "test_wrapping_the_signature_moved_under_an_evil_root",
        XML + "test_wrapping_the_signed_list_kept_in_an_object_of_the_signature",
        XML + "test_wrapping_by_the_identifier_of_the_root",
        XML + "test_a_second_signature_is_refused_wherever_it_stands",
        XML + "test_a_reference_elsewhere_is_refused_and_nothing_is_fetched",
        XML + "test_another_transform_is_refused",
    ),
    "entities and DTDs": (
        XML + "test_xxe_and_entity_bombs_are_refused_before_a_tree_is_built",
        XML + "test_an_entity_bomb_in_utf_16_does_not_slip_past_the_search",
        XML + "test_an_undeclared_entity_is_refused",
    ),
    "duplicate entry, conflicting status": (
        LISTS + "test_duplicate_entries_of_conflicting_status",
    ),
    "key confusion between states": (
        LISTS + "test_one_key_in_two_states_certificates",
        FOLDER + "test_one_state_vouches_for_no_other",
    ),
    "state A vouches for state B": (
        LISTS + "test_state_a_vouches_for_state_b",
        LISTS + "test_a_pointer_gives_one_states_place_to_anothers_signer",
        LISTS + "test_recognition_in_anothers_name",
        LISTS + "test_a_list_of_one_kind_in_the_place_of_another",
        NETWORK + "test_the_list_of_another_state_at_this_states_place",
        NETWORK + "test_another_states_operator_signs_this_states_list",
        XML + "test_a_state_does_not_sign_for_another",
    ),
    "recognition chained A to B to C": (
        "unit/recognition/test_engine.py::test_recognition_is_never_chained",
    ),
    "retroactive status change": (
        NETWORK + "test_retroactive_status_change",
        NETWORK + "test_a_list_dated_back_does_not_move_the_border",
        LISTS + "test_a_history_out_of_order_would_bring_a_grant_back",
    ),
    "reading sealed for the next start, forged": (
        SEALS + "test_a_seal_of_another_list_that_names_this_one",
        SEALS + "test_a_body_from_another_seal",
        SEALS + "test_a_seal_of_other_rules_that_names_these",
        SEALS + "test_a_seal_made_with_another_key",
        SEALS + "test_a_seal_changed_in_one_octet_anywhere",
        SEALS + "test_a_list_changed_beside_its_seal",
        SEALS + "test_list_and_seal_rolled_back_together",
        SEALS + "test_a_sealed_list_of_a_signer_who_is_not_pinned",
    ),
    "oversized, deep, slow": (
        LISTS + "test_an_oversized_list_is_refused_before_any_work",
        LISTS + "test_a_deep_document_is_refused",
        LISTS + "test_a_wide_document_is_refused_in_time",
        NETWORK + "test_an_oversized_list",
        NETWORK + "test_a_server_that_never_ends",
    ),
    "redirect, private address": (
        NETWORK + "test_a_redirect_to_a_private_address",
        NETWORK + "test_a_redirect_elsewhere",
        NETWORK + "test_a_pointer_to_a_private_address",
        FOLDER + "test_a_list_sends_nobody_to_another_host",
    ),
    "error page with status 200": (
        NETWORK + "test_an_error_page_with_status_200",
        LISTS + "test_an_error_page_is_no_list_and_never_replaces_one",
        NETWORK + "test_a_304_that_nobody_asked_for",
    ),
    "folder tampered with or killed": (
        LISTS + "test_a_stored_list_is_not_believed_for_being_stored",
        LISTS + "test_an_older_list_put_back_on_disk_is_noticed",
        FOLDER + "test_what_is_stored_is_verified_again",
        DISK + "test_update_killed_at_random_points_200_times",
        DISK + "test_a_crash_between_any_two_operations",
    ),
    "bidi, homoglyphs, duplicate members": (
        LISTS + "test_names_that_look_like_others",
        LISTS + "test_territories_that_look_like_others",
        LISTS + "test_duplicate_members_show_two_readers_two_lists",
    ),
    "algorithm and header confusion": (
        LISTS + "test_alg_none",
        LISTS + "test_hs256_with_the_public_key_as_secret",
        LISTS + "test_the_attackers_key_in_x5c",
        LISTS + "test_a_certificate_issued_by_the_pinned_one",
        LISTS + "test_a_key_from_the_header",
        LISTS + "test_an_unknown_critical_extension_hides_nothing",
        XML + "test_the_certificate_beside_the_signature_is_no_pin",
    ),
    "another spelling of a territory": (
        FOLDER + "test_another_spelling_of_a_territory_in_the_attestation",
    ),
    "wrong clock": (
        LISTS + "test_a_list_from_the_future_and_a_wrong_clock",
        LISTS + "test_times_in_milliseconds_are_no_times",
        XML + "test_a_list_signed_in_the_future_is_refused",
    ),
}  # fmt: skip
"""Fault of a hostile world to the tests that commit it (paths below ``tests``)."""


class Ran(NamedTuple):
    """All parameter sets of one test together."""

    outcome: str
    cases: int
    answers: int
    codes: tuple[str, ...]


class Doors(Recorder[Ran]):
    """What the doors said."""

    def watched(self) -> AbstractContextManager[Any]:
        from .doors import watched

        return watched()

    def joined(self, before: Ran | None, outcome: str, log: Any) -> Ran:
        before = before or Ran("passed", 0, 0, ())
        return Ran(
            outcome if outcome != "passed" else before.outcome,
            before.cases + 1,
            before.answers + log.answers,
            tuple(dict.fromkeys((*before.codes, *log.codes))),
        )


def run() -> dict[str, Ran]:
    """Every test of the table once, in this process."""
    return Doors().run(name for tests in ATTACKS.values() for name in tests)


def rows(ran: dict[str, Ran]) -> list[dict[str, Any]]:
    nothing = Ran("not found", 0, 0, ())
    return [
        {"attack": attack, "test": f"tests/{name}", **ran.get(name, nothing)._asdict()}
        for attack, tests in ATTACKS.items()
        for name in tests
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.table")
    parser.add_argument("--json", type=Path, help="where to write the rows as JSON")
    chosen = parser.parse_args(arguments)
    table = rows(run())
    attack = None
    for row in table:
        if row["attack"] != attack:
            attack = row["attack"]
            print(f"\n{attack}")
        name = row["test"].partition("::")[2]
        said = ", ".join(row["codes"]) or f"held ({row['answers']} answers)"
        mark = "" if row["outcome"] == "passed" else f"  {row['outcome'].upper()}"
        print(f"  {name} ({row['cases']}){mark}\n      {said}")
    wrong = [row for row in table if row["outcome"] != "passed"]
    codes = {code for row in table for code in row["codes"]}
    cases = sum(row["cases"] for row in table)
    print(
        f"\n{len(ATTACKS)} attacks, {len(table)} tests, {cases} cases, {len(codes)} codes; "
        f"{len(wrong)} not passed"
    )
    if chosen.json:
        chosen.json.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
