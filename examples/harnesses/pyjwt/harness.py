"""PyJWT as a relying party would use it: one call, its defaults, the listed key."""

import datetime as dt
import json
import sys
from unittest import mock

import jwt

ALGORITHMS = ["ES256", "ES384", "ES512", "RS256", "PS256"]
FEATURES = {"vc-jwt", "es256", "es384", "es512", "rs256", "ps256"}


def passes(vector):
    token = vector["input"]["data"]
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    named = claims["issuer"]
    issuer = named["id"] if isinstance(named, dict) else named
    if str(header.get("typ", "")).lower().removeprefix("application/") != "vc+jwt":
        return False
    # What the package leaves to its caller: proofs of possession, and statuses nobody looked up.
    if vector["request"]["holderBinding"] == "must_be_present" or "status" in claims:
        return False
    for trusted in vector["trust"]["lists"]:
        for service in trusted.get("services", ()):
            if issuer not in service["issuerIds"]:
                continue
            for identity in service["identities"]:
                if identity["kind"] == "jwk" and header.get("kid") in (None, identity["kid"]):
                    key = jwt.PyJWK(identity["jwk"], header["alg"])
                    jwt.decode(token, key, ALGORITHMS, audience=vector["request"].get("audience"))
                    return in_time(claims, vector["moment"])
    return False


def in_time(claims, now):
    def seconds(text):
        return dt.datetime.fromisoformat(text).timestamp()

    until, begin = claims.get("validUntil"), claims.get("validFrom")
    return (until is None or now < seconds(until)) and (begin is None or now + 60 >= seconds(begin))


class At(dt.datetime):
    """A clock that stands still at the moment a vector asks for."""

    moment = 0

    @classmethod
    def now(cls, tz=None):
        return dt.datetime.fromtimestamp(cls.moment, tz)


def main():
    for line in sys.stdin:
        vector = json.loads(line)
        missing = sorted(set(vector["features"]) - FEATURES)
        result = {"id": vector["id"]}
        if missing or vector["task"] != "verify":
            result["skipped"] = f"no {', '.join(missing) or vector['task']}"
        else:
            At.moment = vector["moment"]
            try:
                with mock.patch("jwt.api_jwt.datetime", At):
                    good = passes(vector)
            except Exception:  # noqa: BLE001 - whatever the package raises, it does not accept
                good = False
            granted = {"validity": "TOTAL-PASSED", "recognition": "RECOGNISED"}
            result["outcome"] = granted if good else {"validity": "NOT-PASSED"}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
