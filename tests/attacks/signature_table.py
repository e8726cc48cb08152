"""``python -m tests.attacks.signature_table [--json FILE]``: attacks on signatures, run now.

For each family the good file and each attack, by the tests that commit it: every answer that the
toolkit gave in them, with indication, sub-indication and codes. An attack stands beside its twins,
so `TOTAL-PASSED` is there too, of the same file without the fault. Exit status 1 where a test
failed, was skipped, or is gone, or where nothing in an attack was refused.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final, NamedTuple

from defa_trust.verdict import Report
from defa_trust.verify import Verifier

from .recorder import Recorder

CADES = "attacks/test_cades.py::"
JADES = "attacks/test_jades.py::"
OBJECTS = "attacks/test_jades_objects.py::"
PADES = "attacks/test_pades.py::"
SIGNERS = "attacks/test_pades_signers.py::"
XADES = "attacks/test_xades.py::"
ASIC = "attacks/test_asic.py::"
GOOD: Final = "the good file"
PASSED: Final = "TOTAL-PASSED"

FAMILIES: dict[str, dict[str, tuple[str, ...]]] = {
    "cades": {
        GOOD: (CADES + "test_a_good_signature_passes_in_der_and_in_ber",),
        "changed content": (CADES + "test_changed_content",),
        "message-digest mismatch": (CADES + "test_changed_message_digest",),
        "changed value": (CADES + "test_changed_signature_value",),
        "swapped certificate": (
            CADES + "test_swapped_certificate_of_the_same_key",
            CADES + "test_swapped_certificate_of_the_same_name_and_serial_number",
            CADES + "test_hint_that_names_another_certificate_than_the_signed_one",
        ),
        "stripped attribute": (CADES + "test_stripped_signing_certificate",),
        "signed attributes as content": (CADES + "test_signed_attributes_passed_off_as_content",),
        "unsorted attributes": (CADES + "test_unsorted_attributes",),
        "other content than the one at hand": (
            CADES + "test_detached_with_other_content",
            CADES + "test_attached_content_is_not_the_one_the_caller_has",
        ),
        "weak digest": (CADES + "test_weak_digest",),
        "second signature": (
            CADES + "test_second_signature_of_an_outsider",
            CADES + "test_second_signature_that_cannot_be_read_spoils_only_itself",
        ),
        "root in the message": (CADES + "test_root_inside_the_message_is_no_anchor",),
        "late revocation": (CADES + "test_late_revocation", CADES + "test_early_revocation"),
        "expired, then time-stamped": (
            CADES + "test_expired_then_time_stamped",
            CADES + "test_expired_before_it_signed",
        ),
        "withdrawn service": (CADES + "test_withdrawn_service",),
    },
    "jades": {
        GOOD: (JADES + "test_the_twins_pass", OBJECTS + "test_the_twins_pass"),
        "changed part": (JADES + "test_any_segment_of_another_signature",),
        "other content than the one at hand": (
            JADES + "test_another_document_than_the_one_at_hand",
            OBJECTS + "test_one_object_is_another",
            OBJECTS + "test_objects_that_changed_their_names",
        ),
        "text passed off as the payload": (
            JADES + "test_encoded_text_passed_off_as_the_payload",
            OBJECTS + "test_text_in_the_place_of_what_it_encodes",
        ),
        "headers: `crit`, `b64`, `sigT`": (JADES + "test_header_that_breaks_a_rule",),
        "algorithm that does not count": (JADES + "test_algorithm_that_does_not_count",),
        "unsigned member that steers": (
            JADES + "test_unsigned_member_that_steers_a_reader",
            JADES + "test_algorithm_only_in_the_unsigned_header",
        ),
        "member twice": (JADES + "test_member_twice_in_the_file",),
        "swapped certificate": (
            JADES + "test_swapped_certificate",
            JADES + "test_references_to_two_certificates",
        ),
        "stripped certificate": (JADES + "test_signer_who_names_no_certificate",),
        "weak digest": (
            JADES + "test_reference_by_a_digest_that_does_not_count",
            OBJECTS + "test_digest_of_an_object_that_does_not_count",
        ),
        "second signature": (
            JADES + "test_second_signature_by_somebody_else_over_another_payload",
        ),
        "list of objects that omits one": (OBJECTS + "test_one_object_is_not_there",),
        "octets that cross between objects": (
            OBJECTS + "test_octets_that_cross_from_one_object_to_the_next",
        ),
        "late revocation": (JADES + "test_late_revocation_in_a_list_that_came_along",),
        "expired, then time-stamped": (
            JADES + "test_expired_signer_with_and_without_proof_of_time",
            JADES + "test_time_stamp_over_something_else",
        ),
    },
    "pades": {
        GOOD: (PADES + "test_good_signatures_pass",),
        "changed octet": (PADES + "test_a_changed_octet",),
        "gap that is not the value": (PADES + "test_a_gap_that_is_not_the_value",),
        "signature wrapping": (PADES + "test_signature_wrapping",),
        "universal forgery": (
            PADES + "test_universal_forgery_by_byte_range",
            PADES + "test_universal_forgery_by_contents",
        ),
        "incremental update": (
            PADES + "test_incremental_updates_that_change_the_document",
            PADES + "test_incremental_saving_without_cross_references",
        ),
        "shadow update": (
            PADES + "test_shadow_hide_and_replace",
            PADES + "test_shadow_content_that_is_validation_data_as_well",
            PADES + "test_shadow_validation_data_that_holds_the_catalog",
        ),
        "another catalog": (PADES + "test_another_catalog",),
        "certified, then signed again": (
            PADES + "test_a_certified_document_takes_no_further_signature",
        ),
        "second signature": (
            PADES + "test_a_further_signature_that_is_visible",
            PADES + "test_a_further_signature_by_the_name_of_another_field",
            SIGNERS + "test_second_signature_of_an_outsider",
        ),
        "message of another document": (PADES + "test_another_documents_message",),
        "swapped certificate": (SIGNERS + "test_swapped_certificate",),
        "stripped attribute": (SIGNERS + "test_stripped_signing_certificate",),
        "message-digest mismatch": (SIGNERS + "test_message_digest_fitted_to_another_document",),
        "weak digest": (
            SIGNERS + "test_weak_digest",
            PADES + "test_forms_that_are_not_judged_are_named",
        ),
        "late revocation": (
            SIGNERS + "test_late_revocation_and_revocation_before_the_time_stamp",
        ),
        "expired, then time-stamped": (SIGNERS + "test_expired_and_only_then_time_stamped",),
    },
    "xades": {
        GOOD: (XADES + "test_the_twin_of_most_passes",),
        "changed document": (
            XADES + "test_changed_document",
            XADES + "test_element_added_beside_the_signature",
        ),
        "wrapping": (
            XADES + "test_wrapping_with_a_second_element_of_the_same_identifier",
            XADES + "test_wrapping_with_the_signed_part_moved_into_a_place_nobody_reads",
            XADES + "test_wrapping_of_an_enveloping_signature_with_a_second_object",
            XADES + "test_identifier_that_leads_nowhere",
        ),
        "reference taken out": (XADES + "test_reference_taken_out_of_signed_info",),
        "digest fitted to a changed document": (
            XADES + "test_digest_replaced_to_fit_a_changed_document",
        ),
        "transform": (XADES + "test_transform_that_could_take_anything_away_is_not_run",),
        "algorithm that does not count": (
            XADES + "test_signature_method_that_does_not_count",
            XADES + "test_truncated_hmac_parameters_are_never_read",
        ),
        "weak digest": (XADES + "test_weak_digest",),
        "stripped properties": (
            XADES + "test_signed_properties_stripped",
            XADES + "test_signed_properties_that_are_not_referred_to",
            XADES + "test_properties_of_another_signature",
        ),
        "swapped certificate": (XADES + "test_swapped_certificate",),
        "second signature": (
            XADES + "test_a_second_signature_that_is_broken_does_not_hide_behind_a_good_one",
            XADES + "test_second_signature_of_an_outsider",
        ),
        "manifest": (
            XADES + "test_changed_file_of_a_manifest",
            XADES + "test_manifest_that_omits_a_file",
            XADES + "test_detached_file_that_nobody_supplied_is_not_taken_for_signed",
            XADES + "test_manifest_changed_after_it_was_signed",
        ),
        "late revocation": (
            XADES + "test_late_revocation_and_revocation_before_the_time_stamp",
        ),
        "expired, then time-stamped": (XADES + "test_expired_and_only_then_time_stamped",),
    },
    "asic": {
        GOOD: (ASIC + "test_the_twin_of_most_passes",),
        "changed file": (ASIC + "test_changed_file", ASIC + "test_two_files_that_changed_places"),
        "file put in": (
            ASIC + "test_file_put_in_after_signing",
            ASIC + "test_file_that_hides_in_meta_inf",
        ),
        "manifest that omits a file": (ASIC + "test_manifest_that_omits_a_file",),
        "file taken out or renamed": (
            ASIC + "test_file_taken_out",
            ASIC + "test_file_renamed",
        ),
        "manifest exchanged": (
            ASIC + "test_manifest_with_another_digest",
            ASIC + "test_two_manifests_for_one_signature",
            ASIC + "test_manifest_that_names_a_document_as_its_signature",
        ),
        "signature of another container": (ASIC + "test_signature_of_another_container",),
        "message-digest mismatch": (ASIC + "test_message_digest_of_another_document",),
        "stripped attribute": (ASIC + "test_stripped_signing_certificate",),
        "swapped certificate": (ASIC + "test_swapped_certificate",),
        "second signature": (
            ASIC + "test_second_signature_that_is_broken_does_not_hide_behind_a_good_one",
            ASIC + "test_signature_that_cannot_be_read_spoils_only_itself",
            ASIC + "test_asic_s_with_a_second_signature_file",
        ),
        "late revocation": (ASIC + "test_late_revocation_and_revocation_before_the_time_stamp",),
        "expired, then time-stamped": (ASIC + "test_expired_and_only_then_time_stamped",),
        "container that says two things": (
            ASIC + "test_mimetype_and_comment_that_disagree",
            ASIC + "test_zip_faults_are_refused_by_name",
        ),
    },
}  # fmt: skip
"""Family to attack to the tests that commit it (paths below ``tests``)."""


class Answer(NamedTuple):
    """What the verdict of one signature said: ``codes`` are of what stands in the way."""

    format: str
    indication: str
    sub_indication: str | None
    codes: tuple[str, ...]

    def __str__(self) -> str:
        said = self.indication
        if self.sub_indication is not None:
            said += f", {self.sub_indication}"
        return f"{said}: {', '.join(self.codes)}" if self.codes else said


class Ran(NamedTuple):
    """All parameter sets of one test together; each answer with how often it was given."""

    outcome: str
    cases: int
    answers: dict[Answer, int]


def answers_in(report: Report) -> Iterator[Answer]:
    for verdict in report.verdicts:
        indication, sub = verdict.validity
        yield Answer(
            verdict.subject.format,
            str(indication),
            None if sub is None else str(sub),
            tuple(sorted({finding.code.id for finding in verdict.problems})),
        )


@contextmanager
def watched() -> Iterator[Counter[Answer]]:
    """Every answer of ``Verifier.evaluate`` is counted in what this yields."""
    log: Counter[Answer] = Counter()
    evaluate = Verifier.evaluate

    @wraps(evaluate)
    def watch(*arguments: Any, **named: Any) -> Report:
        report = evaluate(*arguments, **named)
        log.update(answers_in(report))
        return report

    Verifier.evaluate = watch  # type: ignore[method-assign]
    try:
        yield log
    finally:
        Verifier.evaluate = evaluate  # type: ignore[method-assign]


class Verdicts(Recorder[Ran]):
    """What ``evaluate`` said."""

    def watched(self) -> AbstractContextManager[Any]:
        return watched()

    def joined(self, before: Ran | None, outcome: str, log: Any) -> Ran:
        before = before or Ran("passed", 0, {})
        return Ran(
            outcome if outcome != "passed" else before.outcome,
            before.cases + 1,
            dict(Counter(before.answers) + log),
        )


def names() -> list[str]:
    return [name for attacks in FAMILIES.values() for tests in attacks.values() for name in tests]


def run() -> dict[str, Ran]:
    """Every test of the table once, in this process."""
    return Verdicts().run(names())


def rows(ran: dict[str, Ran]) -> list[dict[str, Any]]:
    """One a test. ``wrong`` says why it does not show what it stands for, or is ``None``."""
    nothing = Ran("not found", 0, {})
    made = []
    for family, attacks in FAMILIES.items():
        for attack, tests in attacks.items():
            for name in tests:
                one = ran.get(name, nothing)
                own = [answer for answer in one.answers if answer.format == family]
                wrong = None if one.outcome == "passed" else one.outcome
                refused = [answer for answer in one.answers if answer.indication != PASSED]
                if wrong is None and attack == GOOD and (refused or not own):
                    wrong = "a good file was refused" if refused else "no answer"
                elif wrong is None and attack != GOOD and not refused:
                    wrong = "nothing was refused"
                made.append(
                    {
                        "family": family,
                        "attack": attack,
                        "test": f"tests/{name}",
                        "cases": one.cases,
                        "answers": [
                            {**answer._asdict(), "times": times}
                            for answer, times in one.answers.items()
                        ],
                        "wrong": wrong,
                    }
                )
    return made


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.signature_table")
    parser.add_argument("--json", type=Path, help="where to write the rows as JSON")
    chosen = parser.parse_args(arguments)
    table = rows(run())
    family = attack = None
    for row in table:
        if row["family"] != family:
            family, attack = row["family"], None
            print(f"\n{family}: {len(FAMILIES[family]) - 1} attacks")
        if row["attack"] != attack:
            attack = row["attack"]
            print(f"  {attack}")
        mark = "" if row["wrong"] is None else f"  {row['wrong'].upper()}"
        print(f"    {row['test'].partition('::')[2]} ({row['cases']}){mark}")
        said: Counter[str] = Counter()
        for each in row["answers"]:
            said[str(Answer(**{name: each[name] for name in Answer._fields}))] += each["times"]
        for answer, times in said.items():
            print(f"      {times} × {answer}")
    wrong = [row for row in table if row["wrong"] is not None]
    attacks = sum(len(each) - 1 for each in FAMILIES.values())
    print(
        f"\n{len(FAMILIES)} families, {attacks} attacks, {len(table)} tests, "
        f"{sum(row['cases'] for row in table)} cases; {len(wrong)} not as they should be"
    )
    if chosen.json:
        chosen.json.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
