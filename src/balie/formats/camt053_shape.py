"""What is read of a camt.052, camt.053 or camt.054, by path, in every version that has those paths.

Versions differ in small ways (`Dbtr/Nm` became `Dbtr/Pty/Nm`, `Sts` became `Sts/Cd`, `Chrgs/Amt`
became `Chrgs/Rcrd/Amt`); each spelling is listed, and the one that a file uses is found.
"""

from balie.formats.xml import Shape

MESSAGES = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
"""Message -> its body and, in that, the element of one statement."""

VERSIONS = tuple(f"{number:02}" for number in range(2, 15))

_CHARGES = Shape(
    texts={"Amt": "amount", "CdtDbtInd": "sign"},
    records={
        "Rcrd": Shape(
            texts={"Amt": "amount", "CdtDbtInd": "sign", "ChrgInclInd": "included"},
        )
    },
)

_BANK_CODE = {
    "BkTxCd/Domn/Cd": "domain",
    "BkTxCd/Domn/Fmly/Cd": "family",
    "BkTxCd/Domn/Fmly/SubFmlyCd": "sub_family",
    "BkTxCd/Prtry/Cd": "proprietary",
}

_REFERENCES = {
    "Refs/MsgId": "message_id",
    "Refs/PmtInfId": "payment_information_id",
    "Refs/AcctSvcrRef": "bank_reference",
    "Refs/EndToEndId": "end_to_end_id",
    "Refs/MndtId": "mandate",
}

_PARTIES = {
    f"RltdPties/{element}{below}": f"{key}_{what}"
    for element, key in (("Dbtr", "debtor"), ("Cdtr", "creditor"))
    for below, what in (
        ("/Nm", "name"),
        ("/Pty/Nm", "name"),
        ("Acct/Id/IBAN", "iban"),
        ("Acct/Id/Othr/Id", "account"),
    )
}

_RETURN = {
    "RtrInf/Rsn/Cd": "return_code",
    "RtrInf/Rsn/Prtry": "return_own_code",
    "RtrInf/Orgtr/Nm": "return_name",
    "RtrInf/Orgtr/Id/OrgId/BICOrBEI": "return_bic",
    "RtrInf/Orgtr/Id/OrgId/AnyBIC": "return_bic",
    "RtrInf/AddtlInf": "return_text*",
}

_STRUCTURED = Shape(
    texts={
        "CdtrRefInf/Ref": "reference",
        "RfrdDocInf/Nb": "document*",
        "AddtlRmtInf": "text*",
    }
)

_PAYMENT = Shape(
    texts={
        "Amt": "amount",
        "Amt@Ccy": "currency",
        "CdtDbtInd": "sign",
        "AmtDtls/TxAmt/Amt": "transaction_amount",
        "AmtDtls/TxAmt/Amt@Ccy": "transaction_currency",
        "AmtDtls/InstdAmt/Amt": "instructed_amount",
        "AmtDtls/InstdAmt/Amt@Ccy": "instructed_currency",
        "RmtInf/Ustrd": "text*",
        "AddtlTxInf": "more",
        **_BANK_CODE,
        **_REFERENCES,
        **_PARTIES,
        **_RETURN,
    },
    records={"RmtInf/Strd": _STRUCTURED, "Chrgs": _CHARGES},
)

_BATCH = Shape(
    texts={
        "MsgId": "message_id",
        "PmtInfId": "payment_information_id",
        "NbOfTxs": "count",
    }
)

_ENTRY = Shape(
    texts={
        "Amt": "amount",
        "Amt@Ccy": "currency",
        "CdtDbtInd": "sign",
        "RvslInd": "reversal",
        "Sts": "status",
        "Sts/Cd": "status",
        "Sts/Prtry": "own_status",
        "BookgDt/Dt": "booked_on",
        "BookgDt/DtTm": "booked_at",
        "ValDt/Dt": "value_date",
        "ValDt/DtTm": "value_at",
        "AcctSvcrRef": "bank_reference",
        "AddtlNtryInf": "more",
        **_BANK_CODE,
    },
    records={
        "NtryDtls": Shape(records={"Btch": _BATCH, "TxDtls": _PAYMENT}),
        "Chrgs": _CHARGES,
    },
    streamed=True,
)

_BALANCE = Shape(
    texts={
        "Tp/CdOrPrtry/Cd": "code",
        "Tp/CdOrPrtry/Prtry": "own_code",
        "Amt": "amount",
        "Amt@Ccy": "currency",
        "CdtDbtInd": "sign",
        "Dt/Dt": "on",
        "Dt/DtTm": "at",
    }
)

_STATEMENT = Shape(
    texts={
        "Id": "id",
        "ElctrncSeqNb": "electronic_number",
        "LglSeqNb": "legal_number",
        "CreDtTm": "created_at",
        "Acct/Id/IBAN": "iban",
        "Acct/Id/Othr/Id": "account",
        "Acct/Ccy": "currency",
    },
    records={"Bal": _BALANCE, "Ntry": _ENTRY},
    streamed=True,
)

ROOTS = {
    f"urn:iso:std:iso:20022:tech:xsd:{message}.001.{version}": Shape(
        records={f"{body}/{statement}": _STATEMENT}
    )
    for message, (body, statement) in MESSAGES.items()
    for version in VERSIONS
}
"""Namespace -> what is read of such a document."""
