"""Read the chain that certificates of this authority lead to."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.certificates import CertificateChain
from sandbox.ca_ports import Authorities


@dataclass(frozen=True)
class ReadCertificateChain:
    """Root and issuing certificate; public by nature."""

    authorities: Authorities

    def __call__(self) -> CertificateChain:
        authority = self.authorities.the_one()
        return CertificateChain(root_pem=authority.root_pem, issuing_pem=authority.issuing_pem)
