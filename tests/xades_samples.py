"""TEST-ONLY documents and XAdES signatures over them, in the world of ``cms_samples``."""

from defa_trust.codec import xml
from defa_trust.formats.xades_sign import XmlPlacement, sign_xades
from defa_trust.formats.xmldsig import DS
from tests.build import DAY, NOW
from tests.cms_samples import ALICE

INVOICE = (
    b'<Invoice xmlns="urn:test:invoice" Id="invoice"><Seller>TEST-ONLY seller</Seller>'
    b"<Total>1000</Total></Invoice>"
)


def xades(content=INVOICE, signer=ALICE, placement=XmlPlacement.ENVELOPED, **more):
    """A XAdES-B-B signature made two days ago; B-T with ``timestamps=clock()``."""
    return sign_xades(
        content, signer, **{"placement": placement, "signing_time": NOW - 2 * DAY, **more}
    )


def changed(data, work):
    """The document after ``work(root)``, written again."""
    root = xml.parse(data)
    made = work(root)
    return xml.serialise(root if made is None else made)


def find(root, name, space=DS):
    return next(root.iter(f"{{{space}}}{name}"))
