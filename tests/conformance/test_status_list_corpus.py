"""Agreement with the vectors of the Token Status List draft."""

import pytest

from defa_trust.errors import Rejection
from defa_trust.formats import status_list
from tests.conformance import status_list_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_status_lists_agree():
    row = tally(driver.CORPUS, driver.cases(corpus_path(driver.FOLDER)))
    check(row)
    assert row.cases == 15
    assert row.agree == 15


def test_the_drafts_signed_list_is_refused_once_it_is_changed():
    file = corpus_path(driver.FOLDER) / "status-list" / "status_list_jwt_raw.md"
    octets = driver.joined(file.read_text(encoding="utf-8")).encode()
    driver.check_token(octets)
    head, body, signature = octets.split(b".")
    for broken in (head + b"." + body, octets + b"=", b".".join((head, body[:-1], signature))):
        with pytest.raises(Rejection):
            status_list.parse(broken, status_list.JWT)
