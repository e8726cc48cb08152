"""Where a status list may be fetched from: hosts that the state's own list names."""

import pytest

from defa_trust.errors import MisuseError
from defa_trust.trustlist.hosts import host_of, listed_hosts, may_fetch
from defa_trust.trustlist.model import Identity, IdentityKind
from tests.build import jwk_identity, key, service, snapshot, trust_list

TRUST = snapshot(
    trust_list(
        "TH",
        (
            service(
                "TH",
                identities=(
                    jwk_identity(key()),
                    Identity(IdentityKind.JWKS, "https://keys.th.test.example:8443/jwks"),
                    Identity(IdentityKind.ONLINE, "https://online.th.test.example/verify"),
                    Identity(IdentityKind.ISSUER, "https://named.th.test.example"),
                    Identity(IdentityKind.DID, "did:web:did.th.test.example"),
                    Identity(IdentityKind.ISSUER_PATTERN, "https://sso.test.example/{rp}"),
                ),
                supply_points=("https://STATUS.th.test.example/1", "http://plain.th.test.example"),
            ),
        ),
    ),
    trust_list("MY", (service("MY", issuer_ids=("https://issuer.my.test.example",)),)),
)


def test_the_hosts_of_a_state():
    assert listed_hosts(TRUST, "TH") == {
        "issuer.th.test.example",
        "keys.th.test.example:8443",
        "online.th.test.example",
        "named.th.test.example",
        "status.th.test.example",
    }
    assert listed_hosts(TRUST, "MY") == {"issuer.my.test.example"}
    assert listed_hosts(TRUST, "VN") == listed_hosts(TRUST, None) == frozenset()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.test.example/1", "a.test.example"),
        ("https://A.test.EXAMPLE:443/1", "a.test.example"),
        ("https://a.test.example:8443", "a.test.example:8443"),
        ("https://user@a.test.example/", "a.test.example"),
        ("http://a.test.example/", None),
        ("ftp://a.test.example/", None),
        ("https:///1", None),
        ("https://a.test.example:x/", None),
        ("https://[::1", None),
        ("status mechanism `x`", None),
        ("", None),
    ],
)
def test_the_host_of_an_address(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "territory", "may"),
    [
        ("https://status.th.test.example/7", "TH", True),
        ("https://keys.th.test.example:8443/7", "TH", True),
        ("https://keys.th.test.example/7", "TH", False),
        ("https://status.th.test.example/7", "MY", False),
        ("https://status.th.test.example/7", None, False),
        ("http://status.th.test.example/7", "TH", False),
        ("https://status.th.test.example.evil.test/7", "TH", False),
        ("https://evil.test/status.th.test.example", "TH", False),
        ("https://status.th.test.example@evil.test/", "TH", False),
    ],
)
def test_only_hosts_of_that_states_list(url, territory, may):
    assert may_fetch(url, TRUST, territory, ()) is may


def test_the_operator_may_allow_more():
    url = "https://cdn.test.example/7"
    assert not may_fetch(url, TRUST, "TH", ())
    assert may_fetch(url, TRUST, "TH", {"cdn.test.example"})
    assert not may_fetch(url, TRUST, "TH", {"cdn.test.example:8443"})


def test_one_text_is_no_collection_of_hosts():
    with pytest.raises(MisuseError):
        may_fetch("https://a/1", TRUST, "TH", "https://banana")
