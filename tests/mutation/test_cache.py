"""Take any component out of the key, or any interval out of the intersection: a check notices.

``python -m tests.mutation.cache`` tries all mutants and prints the list. Here those of the cache
itself are tried, and of the others that they still change what they mean to change; the whole list
runs where DEFA_MUTATION is set.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .cache import MUTANTS, OF_THE_CACHE
from .runner import mutated
from .scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_what_must_hold_of_a_cache(scenario):
    scenario()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_changes_one_place(mutant):
    assert mutant.old != mutant.new
    mutated(mutant)


def test_every_mutant_is_noticed():
    every = os.environ.get("DEFA_MUTATION", "") not in ("", "0")
    tried = MUTANTS if every else OF_THE_CACHE
    command = [sys.executable, "-m", "tests.mutation.cache", "--lines"]
    done = subprocess.run(
        command if every else [*command, "--quick"],
        capture_output=True, text=True, cwd=ROOT, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, *found = [json.loads(line) for line in done.stdout.splitlines()]
    assert first == {"name": "unchanged", "killed_by": None, "how": ""}
    assert [entry["name"] for entry in found] == [mutant.name for mutant in tried]
    assert [entry["name"] for entry in found if entry["killed_by"] is None] == []
    # A mutant that cannot even be imported would show nothing.
    assert [entry for entry in found if entry["killed_by"] == "import"] == []
