"""Interface documents of the providers about standing: bureau, registry, court, loans, devices.

Everything here is simulated (沙箱模拟); each differs from the others as real ones do.
"""

from __future__ import annotations

from sandbox.domain.providers.profile import (
    ANSWER_PARTS,
    HMAC_KEY,
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

BUREAU = Profile(
    provider_id="sbx-bureau",
    name="征信数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-bureau-report",
            method="POST",
            path="/bureau/ws/report",
            product="bureau/1",
        ),
    ),
    keys=(
        KeySpec(name="our_sign", kind="rsa_private"),
        KeySpec(name="our_decrypt", kind="rsa_private"),
        KeySpec(name="their_sign", kind="rsa_public"),
        KeySpec(name="their_encrypt", kind="rsa_public"),
    ),
    asks=Wire(
        format="xml",
        encoding="gb18030",
        root="REQUEST",
        cipher=Cipher(algorithm="rsa-oaep-aes-gcm", key="their_encrypt"),
        signature=asymmetric(
            "rsa-sha256", "our_sign", ("request_no", "timestamp", "body_sha256"), "X-Sign"
        ),
    ),
    answers=Wire(
        format="xml",
        encoding="gb18030",
        root="RESPONSE",
        cipher=Cipher(algorithm="rsa-oaep-aes-gcm", key="our_decrypt"),
        signature=asymmetric(
            "rsa-sha256", "their_sign", ("request_no", "timestamp", "body_sha256"), "X-Sign"
        ),
    ),
    fields=Fields(uscc="ENT_CODE", id_number="CERT_NO"),
    codes=Codes(
        hit="AAAAAAA",
        miss="AAA0001",
        busy="EEE9001",
        signature="EEE1001",
        timestamp="EEE1002",
        unreadable="EEE2001",
        number="EEE2002",
    ),
    miss_permille=30,
)

REGISTRY = Profile(
    provider_id="sbx-registry",
    name="工商登记数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-registry-basic",
            method="GET",
            path="/registry/v2/enterprise",
            product="registration/1",
        ),
    ),
    keys=(HMAC_KEY,),
    asks=Wire(
        format="query",
        signature=hmac_signature("X-Sign", ("method", "path", "query", "timestamp", "nonce")),
    ),
    answers=Wire(signature=hmac_signature("X-Sign", ("request_no", *ANSWER_PARTS))),
    fields=Fields(uscc="creditCode", id_number="idNo"),
    codes=Codes(
        hit="200",
        miss="201",
        busy="503",
        signature="401",
        timestamp="408",
        unreadable="400",
        number="409",
    ),
    miss_permille=5,
)

COURT = Profile(
    provider_id="sbx-court",
    name="司法数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-court-cases",
            method="POST",
            path="/court/query.do",
            product="judicial/1",
        ),
    ),
    keys=(HMAC_KEY,),
    asks=Wire(
        format="form", signature=hmac_signature("X-Mac", ("path", "timestamp", "body"), "sm3-hmac")
    ),
    answers=Wire(
        format="xml", root="result", signature=hmac_signature("X-Mac", ANSWER_PARTS, "sm3-hmac")
    ),
    fields=Fields(uscc="tyshxydm", id_number="sfzhm"),
    codes=Codes(
        hit="S00",
        miss="S01",
        busy="E90",
        signature="E11",
        timestamp="E12",
        unreadable="E13",
        number="E14",
    ),
    miss_permille=10,
)

MULTILENDER = Profile(
    provider_id="sbx-multilender",
    name="多头借贷数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-multilender-apply",
            method="POST",
            path="/multi/apply-loan",
            product="multi_lender/1",
        ),
    ),
    keys=(KeySpec(name="body", kind="aes"),),
    asks=Wire(
        cipher=Cipher(algorithm="aes-256-gcm", key="body"),
        digest=Digest(algorithm="sha256", header="X-Digest"),
    ),
    answers=Wire(
        cipher=Cipher(algorithm="aes-256-gcm", key="body"),
        digest=Digest(algorithm="sha256", header="X-Digest"),
    ),
    fields=Fields(uscc="biz_no", id_number="id"),
    codes=Codes(
        hit="00",
        miss="100002",
        busy="100007",
        signature="100006",
        timestamp="100008",
        unreadable="100003",
        number="100009",
    ),
)

DEVICE = Profile(
    provider_id="sbx-device",
    name="设备与行为数据服务商（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-device-profile",
            method="POST",
            path="/device/v1/profile",
            product="device/1",
        ),
    ),
    keys=(HMAC_KEY,),
    asks=Wire(signature=hmac_signature("X-Signature", ("timestamp", "nonce", "body_sha256"))),
    answers=Wire(signature=hmac_signature("X-Signature", ANSWER_PARTS)),
    fields=Fields(uscc="bizLicense", id_number="idCard"),
    codes=Codes(
        hit="10000",
        miss="10004",
        busy="20001",
        signature="30001",
        timestamp="30002",
        unreadable="30003",
        number="30004",
    ),
    miss_permille=45,
)

RELATION = Profile(
    provider_id="sbx-relation",
    name="本行客户关系数据（沙箱模拟）",
    endpoints=(
        Endpoint(
            connector_id="sbx-relation-customer",
            method="POST",
            path="/relation/customer",
            product="relationship/1",
        ),
    ),
    keys=(
        KeySpec(name="their_encrypt", kind="sm2_public"),
        KeySpec(name="our_decrypt", kind="sm2_private"),
    ),
    asks=Wire(cipher=Cipher(algorithm="sm2-sm4-gcm", key="their_encrypt")),
    answers=Wire(cipher=Cipher(algorithm="sm2-sm4-gcm", key="our_decrypt")),
    fields=Fields(uscc="khzjhm", id_number="frzjhm"),
    codes=Codes(
        hit="000000",
        miss="000001",
        busy="900000",
        signature="100001",
        timestamp="100002",
        unreadable="100003",
        number="100004",
    ),
    miss_permille=50,
)
