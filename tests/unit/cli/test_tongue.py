"""`--lang`: people are answered in another language; programs get the same bytes."""

import pytest

AT = ("--at", "2026-11-01T00:00:00Z")
SAMPLES = {
    ("th-vc-jwt-good.txt", "SG"): "DIAKUI di",
    ("th-vc-jwt-good.txt", "MY"): "TIDAK DIAKUI di",
    ("sg-vc-jwt-good.txt", "TH"): "PENGAKUAN TIDAK DAPAT DIPASTIKAN di",
    ("sg-vc-jwt-good.txt", "TH", "--purpose", "account-opening", "--volume-used", "maxPerDay=0"): (
        "HANYA UJI COBA di"
    ),
}
"""What is asked, and how the answer begins."""
WORDS = ("RECOGNISED", "NOT RECOGNISED", "PILOT ONLY", "This verdict supports")


@pytest.fixture
def verify(run, region_folder):
    def invoke(sample, state, *args):
        name = region_folder / "samples" / sample
        return run("verify", name, "--for", state, "--trust", region_folder / "trust", *AT, *args)

    return invoke


@pytest.fixture
def explain(run, region_folder):
    def invoke(*args):
        return run("recognise", "explain", *args, "--trust", region_folder / "trust", *AT)

    return invoke


@pytest.mark.parametrize("asked", SAMPLES)
def test_a_verdict_in_indonesian(verify, asked):
    said, english = verify(*asked, "--lang", "id"), verify(*asked)
    assert said.exit_code == english.exit_code
    assert said.stdout.startswith(SAMPLES[asked])
    assert "Putusan ini mendukung penilaian hukum" in said.stdout
    assert not any(word in said.stdout for word in WORDS)
    # Both have the same lines about the same codes.
    assert len(said.stdout.splitlines()) == len(english.stdout.splitlines())


def test_json_is_the_same_in_every_language(verify, explain):
    for ask in (
        lambda *more: verify("th-vc-jwt-good.txt", "SG", "--json", *more),
        lambda *more: explain("TH", "SG", "--json", *more),
    ):
        assert ask("--lang", "id").stdout == ask().stdout


def test_explanations_for_a_yes_and_a_no(explain):
    yes, no = explain("TH", "SG", "--lang", "id"), explain("TH", "MY", "--lang", "id")
    assert "DIAKUI" in yes.stdout
    assert (yes.exit_code, no.exit_code) == (explain("TH", "SG").exit_code, 1)
    assert "TIDAK DIAKUI" in no.stdout
    assert "Missing for a yes" not in no.stdout


def test_the_environment_chooses_where_the_option_does_not(verify, monkeypatch):
    english = verify("th-vc-jwt-good.txt", "SG").stdout
    monkeypatch.setenv("DEFA_TRUST_LANG", "id")
    indonesian = verify("th-vc-jwt-good.txt", "SG").stdout
    assert indonesian != english
    assert verify("th-vc-jwt-good.txt", "SG", "--lang", "en").stdout == english
    monkeypatch.setenv("DEFA_TRUST_LANG", "tlh")
    assert verify("th-vc-jwt-good.txt", "SG").stdout == english


@pytest.mark.parametrize("name", ["LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"])
def test_the_locale_changes_nothing(verify, monkeypatch, name):
    english = verify("th-vc-jwt-good.txt", "SG").stdout
    monkeypatch.setenv(name, "id_ID.UTF-8")
    assert verify("th-vc-jwt-good.txt", "SG").stdout == english


@pytest.mark.parametrize("lang", ["xx", "", "../id"])
def test_a_language_that_is_not_there_is_misuse(verify, lang):
    result = verify("th-vc-jwt-good.txt", "SG", "--lang", lang)
    assert result.exit_code == 2
    assert "en, id" in result.stderr


def test_codes_in_indonesian(run):
    result = run("codes", "--lang", "id")
    assert result.exit_code == 0
    assert "Penerbit mencabut kredensial ini." in result.stdout
