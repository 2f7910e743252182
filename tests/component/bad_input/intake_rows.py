"""Malformed requests to intake: customers, consents and documents."""

from __future__ import annotations

from typing import Any

from puhui.china import resident_id
from tests.component.bad_input.table import CUSTOMER, Row
from tests.support.intake_builders import a_principal
from tests.support.intake_requests import a_consent_body, a_customer_body, a_document_body

WRONG = "unprocessable"


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def _customer(name: str, wrong: str, /, **changes: Any) -> Row:
    return Row(
        name=f"customer: {name}",
        resource="/customers",
        status=422,
        code=WRONG,
        wrong=wrong,
        body=a_customer_body(**changes),
    )


CUSTOMERS = [
    _customer("wrong credit code check", "uscc", uscc="91341200TE5T00016R"),
    _customer("credit code by the bare modulus", "uscc", uscc="91350100M000100Y4W"),
    _customer("credit code in lower case", "uscc", uscc="91341200te5t00016q"),
    _customer("credit code with a letter O", "uscc", uscc="91341200TE5TOOO16Q"),
    _customer("credit code cut short", "uscc", uscc="91341200TE5T00016"),
    _customer("credit code of an unknown region", "uscc", uscc="91990100MA2ABCD132"),
    _customer("firm without a credit code", "uscc", uscc=None),
    _customer("person with a credit code", "uscc", kind="person"),
    _customer("wrong resident id check", "legal_person_id", legal_person_id="110105194912310021"),
    _customer("resident id of 15 digits", "legal_person_id", legal_person_id="110105491231002"),
    _customer(
        "resident id with a small x", "legal_person_id", legal_person_id="11010519491231002x"
    ),
    _customer(
        "resident id with an impossible birth date",
        "legal_person_id",
        legal_person_id=resident_id.complete("11010519490230100"),
    ),
    _customer(
        "resident id of an unknown region",
        "legal_person_id",
        legal_person_id=resident_id.complete("17010519491231002"),
    ),
    _customer(
        "resident id born after the business date",
        "legal_person_id",
        legal_person_id=resident_id.complete("11010520210101100"),
    ),
    _customer(
        "a legal person of 17",
        "legal_person_id",
        legal_person_id=resident_id.complete("11010520020302100"),
    ),
    _customer("phone of ten digits", "phone", phone="1380000123"),
    _customer("phone with a plus", "phone", phone="+8613800001"),
    _customer("a land line", "phone", phone="05582223334"),
    _customer("phone as a number", "phone", phone=13800001234),
    _customer("unknown region", "region_code", region_code="999999"),
    _customer("abolished region", "region_code", region_code="341400"),
    _customer("region of five digits", "region_code", region_code="34120"),
    _customer("unknown industry", "industry_section", industry_section="Z"),
    _customer("industry as a word", "industry_section", industry_section="retail"),
    _customer("unknown kind", "kind", kind="cooperative"),
    _customer("empty name", "name", name=""),
    _customer("blank name", "name", name="   "),
    _customer("name with a line break", "name", name="甲\n公司"),
    _customer("name with a NUL", "name", name="甲\u0000公司"),
    _customer("name of 101 characters", "name", name="公" * 101),
    _customer("name as a list", "name", name=["甲公司"]),
    _customer("established in the future", "established_on", established_on="2020-03-02"),
    _customer("established on 30 February", "established_on", established_on="2015-02-30"),
    _customer("established at an instant", "established_on", established_on="2015-02-03T00:00:00"),
    _customer("established as a timestamp", "established_on", established_on=1_420_000_000),
    _customer("account with letters", "payout_account", payout_account="62170000ABCD5678"),
    _customer("account of nine digits", "payout_account", payout_account="621700001"),
    _customer("a field that the server sets", "customer_id", customer_id="cust-mine"),
    _customer("another field that the server sets", "created_by", created_by="admin"),
    _customer("branch with a slash", "branch_id", branch_id="b1/../b2"),
    Row(
        name="customer: no name at all",
        resource="/customers",
        status=422,
        code=WRONG,
        wrong="name",
        body=_without(a_customer_body(), "name"),
    ),
    Row(
        name="customer: a customer names no branch",
        resource="/customers",
        status=422,
        code=WRONG,
        wrong="branch_id",
        who=a_principal("customer", customer_id="cust-new"),
        body=a_customer_body(uscc="91340100MA2ABCD13N"),
    ),
    Row(
        name="customer: known to the bank in another branch",
        resource="/customers",
        status=409,
        code="conflict",
        who=a_principal(branch="b2", subject="rm-2"),
        body=a_customer_body(),
    ),
    Row(
        name="customer: known with another address",
        resource="/customers",
        status=409,
        code="conflict",
        body=a_customer_body(address="安徽省亳州市新路2号"),
    ),
    Row(
        name="customer: for a branch that is not the manager's",
        resource="/customers",
        status=404,
        code="not_found",
        body=a_customer_body(branch_id="b2", uscc="91340100MA2ABCD13N"),
    ),
    Row(
        name="customer: registered by an auditor",
        resource="/customers",
        status=403,
        code="forbidden",
        who=a_principal("auditor", branch="b1"),
        body=a_customer_body(),
    ),
]


def _consent(name: str, wrong: str, /, **changes: Any) -> Row:
    return Row(
        name=f"consent: {name}",
        resource="/customers/{customer_id}/consents",
        values={"customer_id": "$customer"},
        status=422,
        code=WRONG,
        wrong=wrong,
        body=a_consent_body(**changes),
    )


CONSENTS = [
    _consent("expired yesterday", "expires_on", expires_on="2020-02-29"),
    _consent("for six years", "expires_on", expires_on="2026-03-02"),
    _consent("without an end", "expires_on", expires_on=None),
    _consent("until 31 June", "expires_on", expires_on="2020-06-31"),
    _consent("in a scope that nobody defined", "scope", scope="everything"),
    _consent("in two scopes", "scope", scope=["tax_invoice", "credit_bureau"]),
    _consent("without a version", "version", version=""),
    _consent("evidence of 63 characters", "evidence_sha256", evidence_sha256="a" * 63),
    _consent("evidence in capitals", "evidence_sha256", evidence_sha256="A" * 64),
    _consent("given on a day of the client's choice", "granted_on", granted_on="2019-01-01"),
    Row(
        name="consent: withdrawn evidence once more",
        resource="/customers/{customer_id}/consents",
        values={"customer_id": "$customer"},
        status=409,
        code="conflict",
        wrong="evidence_sha256",
        body=a_consent_body(scope="sensitive_data"),
    ),
    Row(
        name="consent: of a customer that nobody knows",
        resource="/customers/{customer_id}/consents",
        values={"customer_id": "cust-none"},
        status=404,
        code="not_found",
        body=a_consent_body(),
    ),
    Row(
        name="consent: of another bank's customer",
        resource="/customers/{customer_id}/consents",
        values={"customer_id": "$southern_customer"},
        status=404,
        code="not_found",
        body=a_consent_body(),
    ),
    Row(
        name="consent: of another customer",
        resource="/customers/{customer_id}/consents",
        values={"customer_id": "$customer"},
        status=404,
        code="not_found",
        who=a_principal("customer", customer_id="cust-2"),
        body=a_consent_body(),
    ),
    Row(
        name="consent: an unknown one withdrawn",
        resource="/consents/{consent_id}/withdrawal",
        values={"consent_id": "con-none"},
        status=404,
        code="not_found",
    ),
    Row(
        name="consent: withdrawn with a body",
        resource="/consents/{consent_id}/withdrawal",
        values={"consent_id": "con-none"},
        status=400,
        code="bad_request",
        body={"withdrawn_on": "2019-01-01"},
    ),
    Row(
        name="consent: an id with an injected key",
        resource="/consents/{consent_id}/withdrawal",
        values={"consent_id": "x#CONSENT"},
        status=404,
        code="not_found",
        wrong="consent_id",
    ),
]


def _document(name: str, wrong: str, /, **changes: Any) -> Row:
    return Row(
        name=f"document: {name}",
        resource="/documents",
        status=422,
        code=WRONG,
        wrong=wrong,
        body=a_document_body(**{"customer_id": "$customer", **changes}),
    )


DOCUMENTS = [
    _document("unknown product", "product", product="passport"),
    _document("product with a path", "product", product="../invoice/1"),
    _document("invoices as PDF", "content_type", content_type="application/pdf"),
    _document(
        "a licence as HTML", "content_type", product="business_licence", content_type="text/html"
    ),
    _document(
        "a photograph as PDF", "content_type", product="site_photo", content_type="application/pdf"
    ),
    _document("nothing in it", "size_bytes", size_bytes=0),
    _document("less than nothing in it", "size_bytes", size_bytes=-1),
    _document("one byte over 32 MB", "size_bytes", size_bytes=32 * 1024 * 1024 + 1),
    _document("an exabyte", "size_bytes", size_bytes=10**18),
    _document("size as a float", "size_bytes", size_bytes=10.5),
    _document("size as text", "size_bytes", size_bytes="100"),
    _document("size as a boolean", "size_bytes", size_bytes=True),
    _document("hash that is none", "sha256", sha256="z" * 64),
    _document("file name with a path", "file_name", file_name="../../etc/passwd"),
    _document("file name with a Windows path", "file_name", file_name="C:\\secret.pdf"),
    _document("file name of 201 characters", "file_name", file_name="a" * 201),
    _document("a key of the client's choice", "key", key="intake/north/doc-1"),
    Row(
        name="document: for another bank's customer",
        resource="/documents",
        status=404,
        code="not_found",
        body=a_document_body(customer_id="$southern_customer"),
    ),
    Row(
        name="document: for another customer",
        resource="/documents",
        status=404,
        code="not_found",
        who=CUSTOMER,
        body=a_document_body(customer_id="$other_customer"),
    ),
    Row(
        name="document: read by another branch",
        method="GET",
        resource="/documents/{document_id}",
        values={"document_id": "$document"},
        status=404,
        code="not_found",
        who=a_principal(branch="b2"),
    ),
]

ROWS = [*CUSTOMERS, *CONSENTS, *DOCUMENTS]
