"""A shell script that applies for a loan, as `puhui up` prints it: paste it and it works."""

from __future__ import annotations

from infra.cli.console import COMMAND
from infra.config import ROOT
from puhui.china import resident_id, uscc
from sandbox.domain.synthetic_party import ACCOUNT_MARK, ORGANISATION_MARK, PHONE_MARK

BANK = "demo-bank"
BRANCH = "hefei"
BANK_FILE = "docs/examples/demo-bank.yaml"


def script(url: str) -> str:
    """Every step from an empty bank to a submitted application, by a firm that nobody is."""
    return SCRIPT.format(
        root=ROOT,
        puhui=COMMAND,
        url=url,
        bank=BANK,
        branch=BRANCH,
        file=BANK_FILE,
        uscc=uscc.complete("92340100", f"{ORGANISATION_MARK}0001"),
        owner_id=resident_id.complete("34010219900307001"),
        phone=f"{PHONE_MARK}000001",
        account=f"{ACCOUNT_MARK}000000001001",
    )


SCRIPT = """\
cd '{root}'
URL={url}
field() {{ python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }}
sha256() {{ python3 -c "import hashlib; print(hashlib.sha256(b'$1').hexdigest())"; }}
call() {{ curl -sS -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$@"; }}

{puhui} bank init {file} --url $URL \\
  --token "$({puhui} token --role admin --bank {bank} --subject admin)"
TOKEN=$({puhui} token --role relationship_manager --bank {bank} --branch {branch} --subject rm-demo)
call $URL/intake/products
CUSTOMER=$(call $URL/intake/customers -H 'Idempotency-Key: first-customer' -d '{{
  "kind": "sole_proprietor", "name": "徽风茶行", "uscc": "{uscc}",
  "legal_person_name": "程立", "legal_person_id": "{owner_id}", "phone": "{phone}",
  "address": "合肥市庐阳区长江路1号", "region_code": "340100", "industry_section": "F",
  "established_on": "2016-05-03", "payout_account": "{account}",
  "branch_id": "{branch}"}}' | field customer_id)
for SCOPE in tax_invoice data_processing automated_decision electronic_signature; do
  call $URL/intake/customers/$CUSTOMER/consents -H "Idempotency-Key: $SCOPE" -d '{{
    "scope": "'$SCOPE'", "version": "v1", "expires_on": "'$(($(date +%Y) + 1))'-06-30",
    "evidence_sha256": "'$(sha256 "$SCOPE")'"}}' | field consent_id
done
APPLICATION=$(call $URL/intake/applications -H 'Idempotency-Key: first-application' -d '{{
  "customer_id": "'$CUSTOMER'", "product_code": "sme-invoice-1y", "amount_fen": 20000000,
  "term_months": 12, "repayment_method": "EQUAL_INSTALLMENT", "purpose": "春茶收购"}}' |
  field application_id)
call -X POST $URL/intake/applications/$APPLICATION/submission
sleep 10 && {puhui} show $APPLICATION  # without invoices the decision says that they are missing
"""
