"""Issue a certificate for a key whose owner proves it by a signing request."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.certificates import CertificateIssued, CertificateRequest
from sandbox.ca_ports import Authorities, Issuer
from sandbox.domain.certificates import Subject, issuance


@dataclass(frozen=True)
class IssueCertificate:
    """Anybody who may call us gets the certificate asked for: it is a sandbox."""

    authorities: Authorities
    issuer: Issuer
    clock: Clock

    def __call__(self, request: CertificateRequest) -> CertificateIssued:
        authority = self.authorities.the_one()
        subject = Subject(
            common_name=request.subject.common_name,
            organisation=request.subject.organisation,
            serial_number=request.subject.serial_number,
        )
        decided = issuance(request.kind, subject, request.scene_digest, self.clock.now())
        return CertificateIssued(
            certificate_pem=self.issuer.issue(authority, request.csr_pem, decided),
            chain_pem=authority.issuing_pem + authority.root_pem,
        )
