"""A shell script that applies for a loan, as `puhui up` prints it: paste it and it works."""

from __future__ import annotations

from puhui.china import resident_id, uscc

BANK = "demo-bank"
BRANCH = "hefei"
BANK_FILE = "docs/examples/demo-bank.yaml"


def script(url: str) -> str:
    """Every step from an empty bank to a submitted application, with valid check digits."""
    credit_code = uscc.complete("92340100", "MA2MRDQ5")
    owner_id = resident_id.complete("34010219900307001")
    return SCRIPT.format(
        url=url, bank=BANK, branch=BRANCH, file=BANK_FILE, uscc=credit_code, owner_id=owner_id
    )


SCRIPT = """\
URL={url}
field() {{ python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }}
call() {{ curl -sS -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$@"; }}

puhui bank init {file} --url $URL \\
  --token "$(puhui token --role admin --bank {bank} --subject admin)"
TOKEN=$(puhui token --role relationship_manager --bank {bank} --branch {branch} --subject rm-demo)
call $URL/intake/products
CUSTOMER=$(call $URL/intake/customers -H 'Idempotency-Key: first-customer' -d '{{
  "kind": "sole_proprietor", "name": "徽风茶行", "uscc": "{uscc}",
  "legal_person_name": "程立", "legal_person_id": "{owner_id}", "phone": "13800000000",
  "address": "合肥市庐阳区长江路1号", "region_code": "340100", "industry_section": "F",
  "established_on": "2016-05-03", "payout_account": "6228480000000000",
  "branch_id": "{branch}"}}' | field customer_id)
for SCOPE in tax_invoice data_processing automated_decision electronic_signature; do
  call $URL/intake/customers/$CUSTOMER/consents -H "Idempotency-Key: $SCOPE" -d '{{
    "scope": "'$SCOPE'", "version": "v1", "expires_on": "'$(($(date +%Y) + 1))'-06-30",
    "evidence_sha256": "'$(printf "$SCOPE" | sha256sum | cut -c1-64)'"}}' | field consent_id
done
APPLICATION=$(call $URL/intake/applications -H 'Idempotency-Key: first-application' -d '{{
  "customer_id": "'$CUSTOMER'", "product_code": "sme-invoice-1y", "amount_fen": 20000000,
  "term_months": 12, "repayment_method": "EQUAL_INSTALLMENT", "purpose": "春茶收购"}}' |
  field application_id)
call -X POST $URL/intake/applications/$APPLICATION/submission
sleep 10 && puhui show $APPLICATION  # without invoices the decision says that they are missing
"""
