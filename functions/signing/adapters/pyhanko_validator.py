"""Examines signed PDFs with pyHanko: trust, integrity, and what was changed after signing."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from puhui.contracts.certificates import SCENE_DIGEST_OID
from signing.adapters.certificate_names import accept_current_unicode
from signing.domain.errors import ContractNotValid
from signing.domain.evidence import SignatureFinding

MAX_SIGNATURES: Final = 4
"""Our contracts carry two; examining a file with hundreds would only cost time."""


class PyHankoValidator:
    """`signing.ports.PdfValidator`: one pinned root, nothing fetched, difference analysis on."""

    def __init__(self, root_pem: Callable[[], str]) -> None:
        self._root_pem = root_pem

    def examine(self, content: bytes, at: datetime) -> tuple[SignatureFinding, ...]:
        """Each signature's findings, in the order of the file's revisions."""
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.pdf_utils.reader import PdfFileReader

        accept_current_unicode()
        try:
            signatures = PdfFileReader(io.BytesIO(content)).embedded_signatures
            if len(signatures) > MAX_SIGNATURES:
                raise ContractNotValid("too many signatures", rule="contract.fields")
            last = len(signatures) - 1
            return tuple(
                _finding(signature, self._context(at), is_last=index == last)
                for index, signature in enumerate(signatures)
            )
        except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            # A damaged PDF breaks its reader anywhere; all of it means the same.
            raise ContractNotValid("not a readable signed PDF", rule="contract.pdf") from error

    def _context(self, at: datetime) -> Any:
        from asn1crypto import pem, x509
        from pyhanko_certvalidator import ValidationContext

        _, _, root = pem.unarmor(self._root_pem().encode())
        return ValidationContext(
            trust_roots=[x509.Certificate.load(root)],
            moment=at,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )


def _finding(signature: Any, context: Any, *, is_last: bool) -> SignatureFinding:
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except (SigningError, SignatureValidationError) as error:
        raise ContractNotValid("a signature cannot be validated", rule="contract.pdf") from error
    certificate = status.signing_cert
    needed = (
        SignatureCoverageLevel.ENTIRE_FILE if is_last else SignatureCoverageLevel.ENTIRE_REVISION
    )
    level = status.modification_level
    return SignatureFinding(
        field=str(signature.field_name),
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        acceptable=bool(status.bottom_line),
        covers_file=status.coverage is not None and status.coverage.value >= needed.value,
        changes_after="none" if level is None else level.name,
        signer_organisation=str(certificate.subject.native.get("organization_name", "")),
        certificate_sha256=certificate.sha256.hex(),
        scene_digest=_scene(certificate),
    )


def _scene(certificate: Any) -> str | None:
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == SCENE_DIGEST_OID:
            value = bytes(extension["extn_value"])
            return value[2:].decode("ascii", "replace") if value[:2] == b"\x0c\x40" else None
    return None
