"""Signs PDFs with pyHanko: PAdES baseline B-B, one visible field for each party."""

from __future__ import annotations

import io
from typing import Any, Final

from signing.adapters.certificate_names import accept_current_unicode
from signing.domain.evidence import BANK_FIELD, BORROWER_FIELD
from signing.ports import SigningIdentity

LAST_PAGE: Final = -1
BOXES: Final = {BORROWER_FIELD: (71, 452, 271, 592), BANK_FIELD: (340, 452, 480, 592)}
"""Points from the lower left corner of the last page; the template leaves this room."""
MARK_PAGES: Final = {BORROWER_FIELD: 0, BANK_FIELD: 1}
REASONS: Final = {BORROWER_FIELD: "借款人签署借款合同", BANK_FIELD: "贷款人加盖电子合同专用章"}
DIGEST: Final = "sha256"


class PyHankoSigner:
    """`signing.ports.PdfSigner`; pyHanko is imported on first use, it costs a second."""

    def sign(self, content: bytes, field: str, identity: SigningIdentity, marks: bytes) -> bytes:
        """Append one signature.

        The borrower signs first and certifies the document: afterwards only the bank's field,
        which is already there, may be filled.
        """
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        accept_current_unicode()
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        first = field == BORROWER_FIELD
        if first:
            for name, box in BOXES.items():
                spec = fields.SigFieldSpec(name, on_page=LAST_PAGE, box=box)
                fields.append_signature_field(writer, spec)
        metadata = signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm=DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=REASONS[field],
            certify=first,
            docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        )
        signer = signers.PdfSigner(
            metadata, signer=_cms_signer(identity), stamp_style=_mark(marks, MARK_PAGES[field])
        )
        output = io.BytesIO()
        signer.sign_pdf(writer, output=output, existing_fields_only=True)
        return output.getvalue()


def _cms_signer(identity: SigningIdentity) -> Any:
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    registry: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple([x509.Certificate.load(one) for one in identity.chain_der])
    # Checking that the numbers of an RSA key are primes takes 100 ms, twice per signature; this
    # key is our own, and the finished signature is validated before anybody gets it.
    key: Any = load_der_private_key(identity.key_der, None, unsafe_skip_rsa_key_validation=True)

    class KeySigner(signers.SimpleSigner):
        """Signs with the key at hand; pyHanko's own would load and check it each time."""

        def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
            """RSASSA-PKCS1-v1_5, which every PDF viewer verifies."""
            if digest_algorithm != DIGEST:
                raise ValueError(f"contracts are signed with {DIGEST}, not {digest_algorithm}")
            signature: bytes = key.sign(data, PKCS1v15(), hashes.SHA256())
            return signature

    return KeySigner(
        signing_cert=x509.Certificate.load(identity.certificate_der),
        signing_key=keys.PrivateKeyInfo.load(identity.key_der),
        cert_registry=registry,
    )


def _mark(marks: bytes, page: int) -> Any:
    """A stamp that shows a page of the prepared marks; text stamps would need 29 MB of fonts."""
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.stamp import StaticStampStyle

    class MarkPage(ImportedPdfPage):
        """A page from memory; pyHanko's own class opens a file by its name."""

        def render(self) -> bytes:
            """Import the page as a form object and draw it."""
            reader = PdfFileReader(io.BytesIO(marks))
            form = self._ensure_writer.import_page_as_xobject(reader, page_ix=page)
            self.resources.xobject["/Mark"] = form
            left, bottom, right, top = form.get_object()["/BBox"]
            self.box = BoxConstraints(width=abs(left - right), height=abs(bottom - top))
            return b"/Mark Do"

    background: Any = MarkPage("", page)  # type: ignore[no-untyped-call]
    return StaticStampStyle(background=background, border_width=0)
