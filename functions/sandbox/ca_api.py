"""The routes of the sandbox's certificate authority, for the sandbox's API to include."""

from __future__ import annotations

from puhui.contracts.certificates import CertificateChain, CertificateIssued, CertificateRequest
from puhui.http import ApiRoutes, RequestContext
from puhui.http_signing import verify_signature
from sandbox.ca_wiring import wiring

MAX_REQUEST_BYTES = 32_768


def include_certificate_authority(routes: ApiRoutes) -> None:
    """Declare the authority's routes among others."""

    @routes.get(
        "/ca/chain",
        public=True,
        returns=CertificateChain,
        summary="证书链 The authority's root and issuing certificate",
    )
    def read_chain(context: RequestContext) -> CertificateChain:
        """Certificates are public; who trusts them decides elsewhere."""
        return wiring().read_chain()

    @routes.post(
        "/ca/certificates",
        public=True,
        body=CertificateRequest,
        returns=CertificateIssued,
        status=201,
        max_body_bytes=MAX_REQUEST_BYTES,
        summary="签发证书 Issue a seal or event certificate; the request is signed by HMAC",
    )
    def issue_certificate(context: RequestContext, body: CertificateRequest) -> CertificateIssued:
        """Only for callers who know the shared key."""
        parts = wiring()
        request = (context.method, context.path, context.raw_body)
        verify_signature(parts.request_key, request, context.headers, parts.clock.now())
        return parts.issue_certificate(body)


ca_routes = ApiRoutes("sandbox")
include_certificate_authority(ca_routes)
