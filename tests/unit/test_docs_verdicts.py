"""docs/verdicts.md prints the codes, and the codes are what it prints."""

from pathlib import Path

from defa_trust.codes import all_codes, markdown

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "verdicts.md"


def test_the_document_holds_the_table_of_the_code():
    """To renew it: python -m tests.unit.test_docs_verdicts"""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.endswith(markdown()), "docs/verdicts.md is out of date"


def test_the_table_has_one_row_a_code():
    rows = [line for line in markdown().splitlines() if line.startswith("| `")]
    assert len(rows) == len(all_codes())
    assert len({row.split("|")[1] for row in rows}) == len(rows)


def renew():
    text = DOCUMENT.read_text(encoding="utf-8")
    head = text[: text.index("| code |")]
    DOCUMENT.write_text(head + markdown(), encoding="utf-8")


if __name__ == "__main__":
    renew()
