"""OpenID4VP: the response as a whole, its encryption, and transaction data."""

from __future__ import annotations

import json
from typing import Any

from ...openid4vp_request import TransactionData
from ..presentations import (
    PAYMENT,
    WALLET_KEY,
    asked,
    authorising,
    case,
    pid,
    pid_query,
)
from ..registry import Case, Group, Importance
from ..status_lists import token_reference

_open = Group("openid4vp", features=("es256", "key-binding", "openid4vp", "sd-jwt-vc"),
              twin="posted")  # fmt: skip
_sealed = Group("openid4vp", features=("es256", "jwe", "key-binding", "openid4vp", "sd-jwt-vc"),
                twin="encrypted")  # fmt: skip
_paid = Group(
    "openid4vp",
    features=("es256", "key-binding", "openid4vp", "sd-jwt-vc", "transaction-data"),
    twin="transaction_authorised",
)
_STATE = "TEST-ONLY-state-0815"
_PROFILE = Importance.PROFILE


def _encrypted(mode: str = "direct_post.jwt", **options: Any) -> Case:
    request = asked(mode=mode)
    return case(request, {"pid": [pid(request, "family_name")]}, **options)


# --- form -----------------------------------------
@_open.vector("OpenID4VP 1.0, 8.1", "presentation.credential_unknown")
def answer_to_no_query() -> Case:
    """A presentation under an id that the query does not have."""
    request = asked()
    token = pid(request, "family_name")
    return case(request, {"pid": [token], "admin": [token]})


@_open.vector(
    "OpenID4VP 1.0, 8.1",
    "presentation.count",
    notes="Claims of two people are taken for those of one.",
)
def two_where_one_was_asked_for() -> Case:
    """Two presentations answer a query without `multiple`."""
    request = asked()
    token = [pid(request, "family_name"), pid(request, "family_name", jti="second")]
    return case(request, {"pid": token})


@_open.vector("OpenID4VP 1.0, 8.1")
def two_where_several_were_asked_for() -> Case:
    """Two presentations answer a query with `multiple`."""
    request = asked(pid_query("family_name", multiple=True))
    token = [pid(request, "family_name"), pid(request, "family_name", jti="second")]
    return case(request, {"pid": token})


@_open.vector(
    "OpenID4VP 1.0, 8.1",
    "presentation.repeated",
    twin="two_where_several_were_asked_for",
    importance=_PROFILE,
    notes="One credential counts for two.",
)
def one_presentation_twice() -> Case:
    """One presentation stands twice where several were asked for."""
    request = asked(pid_query("family_name", multiple=True))
    return case(request, {"pid": [pid(request, "family_name")] * 2})


@_open.vector("OpenID4VP 1.0, 8.1", "presentation.response_form")
def presentation_without_its_array() -> Case:
    """The entry is a presentation and no array of them, as drafts had it."""
    request = asked()
    return case(request, {"pid": pid(request, "family_name")})


@_open.vector("RFC 6749, 3.2", "presentation.response_form")
def parameter_twice() -> Case:
    """The body has `vp_token` twice."""
    request = asked()
    body = case(request, {"pid": [pid(request, "family_name")]}).data
    return case(request, body + b"&" + body)


@_open.vector("OpenID4VP 1.0, 8.5", "presentation.wallet_error")
def error_of_the_wallet() -> Case:
    """The wallet presents nothing and says so."""
    return case(asked(), b"error=access_denied")


@_open.vector("OpenID4VP 1.0, 5.3")
def state_of_the_request() -> Case:
    """The response carries the request's `state`."""
    request = asked(state=_STATE)
    return case(request, {"pid": [pid(request, "family_name")]})


@_open.vector(
    "OpenID4VP 1.0, 5.3",
    "presentation.state",
    twin="state_of_the_request",
    notes="A response is injected into the session of somebody else.",
)
def state_of_another_request() -> Case:
    """The response carries the `state` of another request."""
    request = asked(state=_STATE)
    token = {"pid": [pid(request, "family_name")]}
    return case(request, token, state="TEST-ONLY-state-0816")


@_open.vector("OpenID4VP 1.0, 5.3", "presentation.state", twin="state_of_the_request")
def state_missing() -> Case:
    """The response carries no `state`."""
    request = asked(state=_STATE)
    return case(request, {"pid": [pid(request, "family_name")]}, state=None)


# --- encryption -----------------------------------------
@_sealed.vector("OpenID4VP 1.0, 8.3")
def encrypted() -> Case:
    """A posted response, encrypted with A128GCM."""
    return _encrypted()


@_sealed.vector("RFC 7518, 5.3")
def encrypted_with_the_longer_key() -> Case:
    """The same with A256GCM."""
    return _encrypted(header={"enc": "A256GCM"})


@_sealed.vector("RFC 7518, 4.6.2")
def encrypted_with_parties() -> Case:
    """`apu` and `apv` are part of the key's derivation."""
    return _encrypted(header={"apu": "QWxpY2U", "apv": "Qm9i"})


@_sealed.vector("OpenID4VP 1.0, A.4")
def encrypted_over_the_api() -> Case:
    """The object of the Digital Credentials API holds an encrypted response."""
    return _encrypted("dc_api.jwt")


@_sealed.vector(
    "OpenID4VP 1.0, 8.3",
    "presentation.not_encrypted",
    notes="Whoever stands between wallet and verifier strips the encryption.",
)
def open_where_encryption_was_asked_for() -> Case:
    """The response comes in the open."""
    return _encrypted(to=None)


@_sealed.vector("OpenID4VP 1.0, 8.3", "jwe.key_id")
def encrypted_to_another_key() -> Case:
    """The response is encrypted to the key of another request."""
    return _encrypted(to=WALLET_KEY)


@_sealed.vector("RFC 7518, 4.1", "jwe.algorithm")
def algorithm_with_key_wrapping() -> Case:
    """`alg` is ECDH-ES+A128KW."""
    return _encrypted(header={"alg": "ECDH-ES+A128KW"})


@_sealed.vector("RFC 7518, 5.1", "jwe.encryption")
def encryption_that_was_not_offered() -> Case:
    """`enc` is A192GCM."""
    good = _encrypted().data
    head, _, rest = good.partition(b".")
    from ...codec import base64url

    header = json.loads(base64url.decode(head.removeprefix(b"response=")))
    changed = base64url.encode(json.dumps({**header, "enc": "A192GCM"}).encode()).encode()
    return case(asked(mode="direct_post.jwt"), b"response=" + changed + b"." + rest)


@_sealed.vector(
    "RFC 8725, 3.4",
    "jwe.ephemeral_key",
    notes="Points off the curve give away the private key bit by bit.",
)
def ephemeral_key_off_the_curve() -> Case:
    """The sender's ephemeral key is no point of P-256."""
    point = WALLET_KEY.jwk()
    return _encrypted(header={"epk": {**point, "y": point["x"]}})


@_sealed.vector("RFC 7516, 4.1.3", "jwe.header", notes="A small text inflates without end.")
def compressed() -> Case:
    """`zip` is DEF."""
    return _encrypted(header={"zip": "DEF"})


@_sealed.vector("RFC 7516, 5.2", "jwe.decryption")
def one_letter_changed() -> Case:
    """A letter of the ciphertext is another."""
    data = bytearray(_encrypted().data)
    place = bytes(data).rindex(b".") - 8
    data[place] = ord("B") if data[place] != ord("B") else ord("C")
    return case(asked(mode="direct_post.jwt"), bytes(data))


# --- transaction data -----------------------------------------
def _paying(binding: dict[str, Any], item: TransactionData = PAYMENT) -> Case:
    request = asked(transaction_data=(item,))
    return case(request, {"pid": [pid(request, "family_name", binding=binding)]})


@_paid.vector("OpenID4VP 1.0, B.3.3.1")
def transaction_authorised() -> Case:
    """The proof holds the hash of the transaction data."""
    return _paying(authorising(PAYMENT))


@_paid.vector("OpenID4VP 1.0, B.3.3.1")
def transaction_hashed_as_asked() -> Case:
    """The request names hash algorithms, and the proof says which one it used."""
    item = TransactionData.of("payment", ["pid"], algorithms=["sha-512", "sha-256"])
    return _paying(authorising(item, alg="sha-512"), item)


@_paid.vector(
    "OpenID4VP 1.0, 8.4",
    "presentation.transaction_unauthorised",
    notes="A payment counts as authorised by a mere identification.",
)
def transaction_left_out() -> Case:
    """The proof holds no transaction data."""
    return _paying({})


def _spare(**members: Any) -> Case:
    item = TransactionData.of("payment", ["pid", "spare"])
    request = asked(
        pid_query("family_name"),
        pid_query("birthdate", id="spare"),
        sets=[{"options": [["pid"]]}, {"options": [["spare"]], "required": False}],
        transaction_data=(item,),
    )
    spare = pid(request, "birthdate", binding=authorising(item), **members)
    return case(request, {"pid": [pid(request, "family_name")], "spare": [spare]})


@_paid.vector("OpenID4VP 1.0, 5.1")
def transaction_by_one_of_two_credentials() -> Case:
    """Either credential may authorise; the one that nobody has to present does."""
    return _spare()


@_paid.vector(
    "OpenID4VP 1.0, 8.6",
    "status.not_checked",
    twin="transaction_by_one_of_two_credentials",
    features=("status-list-jwt",),
    notes="A revoked credential authorises payments.",
)
def transaction_by_a_credential_of_unknown_status() -> Case:
    """The credential that authorises is one whose status could not be checked."""
    return _spare(status=token_reference())


@_paid.vector(
    "OpenID4VP 1.0, B.3.3.1",
    "presentation.transaction_other",
    notes="The holder agreed to another amount than the one that is booked.",
)
def another_transaction() -> Case:
    """The proof holds the hash of other transaction data."""
    other = TransactionData.of("payment", ["pid"], payee="TEST-ONLY Shop", amount="0.01 SGD")
    return _paying(authorising(other))


@_paid.vector(
    "OpenID4VP 1.0, B.3.3.1",
    "presentation.transaction_algorithm",
    twin="transaction_hashed_as_asked",
)
def transaction_algorithm_unnamed() -> Case:
    """The request names hash algorithms, and the proof does not say which one it used."""
    item = TransactionData.of("payment", ["pid"], algorithms=["sha-512", "sha-256"])
    return _paying(authorising(item), item)


@_paid.vector("OpenID4VP 1.0, B.3.3.1", "presentation.transaction_form")
def transaction_hash_no_array() -> Case:
    """The hashes are a text and no array."""
    [text] = authorising(PAYMENT)["transaction_data_hashes"]
    return _paying({"transaction_data_hashes": text})


@_paid.vector("OpenID4VP 1.0, B.3.3.1", "presentation.transaction_other", twin="posted")
def transaction_nobody_asked_for() -> Case:
    """The proof authorises a transaction, and the request has none."""
    request = asked()
    binding = authorising(PAYMENT)
    return case(request, {"pid": [pid(request, "family_name", binding=binding)]})
