"""Take a presentation: ask a wallet with DCQL, and judge its encrypted response (OpenID4VP 1.0).

The wallet here is the test region's. A service keeps `asked.stored()` and the private key from the
moment its request goes out until the one response has come, and then no longer.
"""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from defa_trust import HolderBinding, Request, TrustSnapshot, TrustStore, Verifier
from defa_trust.demo.plans import VCT
from defa_trust.demo.region import write_region
from defa_trust.demo.wallet import answer
from defa_trust.openid4vp import AgreementKey, PresentationRequest, Query, ResponseMode, judge

QUERY = {
    "credentials": [
        {
            "id": "pid",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": [VCT]},
            "claims": [{"path": ["family_name"]}, {"path": ["address", "country"]}],
        }
    ]
}


def ask() -> tuple[PresentationRequest, AgreementKey]:
    key = AgreementKey.generate()
    asked = PresentationRequest(
        Query.parse(QUERY),
        ResponseMode.DIRECT_POST_JWT,
        nonce=secrets.token_urlsafe(32),
        client_id="x509_san_dns:bank.sg.test.example",
        response_uri="https://bank.sg.test.example/response",
        encryption_key=key.public_key,
    )
    return asked, key


def main(folder: Path) -> None:
    region = write_region(folder)
    assembly = TrustStore(folder / "trust").load(region.at)
    verifier = Verifier(TrustSnapshot.build(assembly.lists, assembly.missing))
    for receiving in ("TH", "VN"):
        asked, key = ask()
        response = answer(asked, "TH", region.at)  # asked.parameters() go to a real wallet
        request = Request(receiving, HolderBinding.MUST_BE_PRESENT, at=region.at)
        report = judge(verifier, response, asked, request, key=key)
        print(f"{receiving}: satisfied {report.satisfied}, {report.as_json()['reason']}")
        for presentation in report.of("pid"):
            for path, values in presentation.claims.items():
                print(f"  {path}: {', '.join(values)}")
    later, new_key = ask()
    replayed = judge(verifier, response, later, request, key=new_key)
    print(
        f"replayed: satisfied {replayed.satisfied}, {replayed.reason and replayed.reason.code.id}"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main(Path(name) / "region")
