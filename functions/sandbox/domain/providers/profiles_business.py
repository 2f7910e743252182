"""Interface documents of the providers about a firm's business: tax, invoices, bank, power, land.

Everything here is simulated (沙箱模拟); each differs from the others as real ones do.
"""

from __future__ import annotations

from sandbox.domain.providers.profile import (
    ANSWER_PARTS,
    HMAC_KEY,
    PARTS,
    Cipher,
    Codes,
    Digest,
    Endpoint,
    Fields,
    KeySpec,
    Profile,
    Wire,
    asymmetric,
    hmac_signature,
)

TAX = Profile(
    provider_id="sbx-tax",
    name="税务数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-tax-returns", method="POST", path="/tax/v1/returns", product="tax/1"
        ),
        Endpoint(
            connector_id="sbx-tax-invoice",
            method="POST",
            path="/tax/v1/invoices",
            product="invoice/1",
        ),
    ),
    keys=(
        KeySpec(name="our_sign", kind="sm2_private"),
        KeySpec(name="their_sign", kind="sm2_public"),
        KeySpec(name="body", kind="sm4"),
    ),
    asks=Wire(
        cipher=Cipher(algorithm="sm4-cbc", key="body"),
        signature=asymmetric("sm2", "our_sign", PARTS, "X-Signature"),
    ),
    answers=Wire(
        cipher=Cipher(algorithm="sm4-cbc", key="body"),
        signature=asymmetric("sm2", "their_sign", ANSWER_PARTS, "X-Signature"),
    ),
    fields=Fields(uscc="nsrsbh", id_number="frzjhm", page="page", page_size="pageSize"),
    codes=Codes(
        hit="0000",
        miss="0001",
        busy="8001",
        signature="1001",
        timestamp="1002",
        unreadable="1003",
        number="1004",
    ),
)

INVOICE = Profile(
    provider_id="sbx-invoice",
    name="发票数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-invoice-list",
            method="POST",
            path="/invoice/api/list",
            product="invoice/1",
        ),
    ),
    keys=(HMAC_KEY,),
    asks=Wire(signature=hmac_signature("Authorization-Hmac", PARTS)),
    answers=Wire(gzip=True, signature=hmac_signature("Answer-Hmac", ANSWER_PARTS)),
    fields=Fields(uscc="taxNo", id_number="ownerId", page="pageNo", page_size="pageSize"),
    codes=Codes(
        hit="SUCCESS",
        miss="NO_DATA",
        busy="SYSTEM_BUSY",
        signature="SIGN_ERROR",
        timestamp="TIME_ERROR",
        unreadable="PARAM_ERROR",
        number="REPEAT_ERROR",
    ),
    miss_permille=0,
)

BANKFLOW = Profile(
    provider_id="sbx-bankflow",
    name="银行流水数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-bankflow-statement",
            method="POST",
            path="/bankflow/v3/orders",
            product="bank_flow/1",
            mode="callback",
        ),
    ),
    keys=(HMAC_KEY, KeySpec(name="body", kind="aes")),
    asks=Wire(signature=hmac_signature("X-Signature", PARTS)),
    answers=Wire(),
    callback=Wire(
        cipher=Cipher(algorithm="aes-256-gcm", key="body"),
        signature=hmac_signature("X-Signature", ("timestamp", "nonce", "body")),
    ),
    fields=Fields(uscc="corpNo", id_number="idNo", callback_url="notifyUrl"),
    codes=Codes(
        hit="0",
        miss="10",
        pending="1",
        busy="98",
        signature="91",
        timestamp="92",
        unreadable="93",
        number="94",
    ),
    miss_permille=25,
)

UTILITY = Profile(
    provider_id="sbx-utility",
    name="水电气数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-utility-usage",
            method="POST",
            path="/utility/usage",
            product="utility/1",
        ),
    ),
    keys=(HMAC_KEY,),
    asks=Wire(
        format="form",
        encoding="gb18030",
        signature=hmac_signature("Sign", ("request_no", "timestamp", "body_sm3"), "sm3-hmac"),
    ),
    answers=Wire(
        encoding="gb18030", signature=hmac_signature("Sign", ("timestamp", "body_sm3"), "sm3-hmac")
    ),
    fields=Fields(uscc="yhbm", id_number="zjhm"),
    codes=Codes(
        hit="Y", miss="N", busy="B", signature="E1", timestamp="E2", unreadable="E3", number="E4"
    ),
    miss_permille=35,
)

AGRI = Profile(
    provider_id="sbx-agri",
    name="涉农土地数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-agri-household",
            method="POST",
            path="/agri/open/household",
            product="agriculture/1",
        ),
    ),
    keys=(
        KeySpec(name="body", kind="sm4"),
        KeySpec(name="our_sign", kind="rsa_private"),
        KeySpec(name="their_sign", kind="rsa_public"),
    ),
    asks=Wire(
        cipher=Cipher(algorithm="sm4-gcm", key="body"),
        signature=asymmetric("rsa-sha256", "our_sign", PARTS, "X-Rsa-Sign"),
    ),
    answers=Wire(
        cipher=Cipher(algorithm="sm4-gcm", key="body"),
        signature=asymmetric("rsa-sha256", "their_sign", ANSWER_PARTS, "X-Rsa-Sign"),
    ),
    fields=Fields(uscc="zzjgdm", id_number="hzsfz"),
    codes=Codes(
        hit="OK",
        miss="EMPTY",
        busy="WAIT",
        signature="BAD_SIGN",
        timestamp="BAD_TIME",
        unreadable="BAD_BODY",
        number="BAD_NO",
    ),
)

SOCIALSEC = Profile(
    provider_id="sbx-socialsec",
    name="社保公积金数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-socialsec-file",
            method="POST",
            path="/ssf/v1/orders",
            product="social_security/1",
            mode="file",
        ),
    ),
    keys=(),
    asks=Wire(digest=Digest(algorithm="sm3", header="X-SM3")),
    answers=Wire(format="csv", encoding="gb18030", digest=Digest(algorithm="sm3", header="X-SM3")),
    fields=Fields(uscc="dwbm", id_number="sfzh"),
    codes=Codes(
        hit="1",
        miss="0",
        pending="2",
        busy="9",
        signature="7",
        timestamp="6",
        unreadable="8",
        number="5",
    ),
    miss_permille=40,
)
