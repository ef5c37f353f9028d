"""Write the order to collect: pain.008, the SEPA direct debit file.

By default pain.008.001.08 (ISO 2019 set); the older pain.008.001.02 for a bank that takes nothing
else. Equal input gives equal bytes, and nothing is written when anything is wrong.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo

from balie.formats.characters import latin
from balie.formats.direct_debits import (
    NAME_LENGTH,
    SMNDA,
    Address,
    Amendment,
    Creditor,
    DirectDebit,
    DirectDebitFile,
    Fault,
    InvalidDirectDebitFile,
    PaymentBlock,
    Version,
    faults_of,
)
from balie.formats.iban import is_eea_iban

__all__ = [
    "SMNDA",
    "Address",
    "Amendment",
    "Creditor",
    "DirectDebit",
    "DirectDebitFile",
    "Fault",
    "InvalidDirectDebitFile",
    "PaymentBlock",
    "Version",
    "write_pain008",
]

_BIC_TAG = {"pain.008.001.08": "BICFI", "pain.008.001.02": "BIC"}
_TRANSACTIONS_PER_WRITE = 1000
# Banks read the moment of creation as local time and dislike an offset in it.
_LOCAL = ZoneInfo("Europe/Amsterdam")


def write_pain008(
    file: DirectDebitFile, stream: BinaryIO, *, version: Version = "pain.008.001.08"
) -> None:
    """Write `file` to `stream` piece by piece.

    Names, texts and addresses are transliterated and names cut at 70 characters; identifiers must
    be right as they are. Raises InvalidDirectDebitFile, before the first byte, with all faults.
    """
    if faults := tuple(faults_of(file, version=version)):
        raise InvalidDirectDebitFile(faults)
    stream.writelines(piece.encode("ascii") for piece in _pieces(file, version=version))


def _pieces(file: DirectDebitFile, *, version: Version) -> Iterator[str]:
    debits = [debit for block in file.blocks for debit in block.collections]
    creator = latin(file.creditor.name, limit=NAME_LENGTH)
    created = file.created_at.astimezone(_LOCAL).strftime("%Y-%m-%dT%H:%M:%S")
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><CstmrDrctDbtInitn>\n'
        f"<GrpHdr><MsgId>{file.message_id}</MsgId><CreDtTm>{created}</CreDtTm>"
        f"{_totals(debits)}<InitgPty><Nm>{creator}</Nm></InitgPty></GrpHdr>\n"
    )
    for block in file.blocks:
        yield _block_head(block, file.creditor, bic_tag=_BIC_TAG[version])
        written = iter(block.collections)
        while some := list(islice(written, _TRANSACTIONS_PER_WRITE)):
            yield "".join([_debit(debit, bic_tag=_BIC_TAG[version]) for debit in some])
        yield "</PmtInf>\n"
    yield "</CstmrDrctDbtInitn></Document>\n"


def _block_head(block: PaymentBlock, creditor: Creditor, *, bic_tag: str) -> str:
    return (
        f"<PmtInf><PmtInfId>{block.payment_information_id}</PmtInfId><PmtMtd>DD</PmtMtd>"
        f"<BtchBookg>true</BtchBookg>{_totals(block.collections)}"
        f"<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>{block.scheme}</Cd></LclInstrm>"
        f"<SeqTp>{block.sequence_type}</SeqTp></PmtTpInf>"
        f"<ReqdColltnDt>{block.collection_date.isoformat()}</ReqdColltnDt>"
        f"<Cdtr><Nm>{latin(creditor.name, limit=NAME_LENGTH)}</Nm></Cdtr>"
        f"<CdtrAcct><Id><IBAN>{creditor.iban}</IBAN></Id></CdtrAcct>"
        f"<CdtrAgt><FinInstnId><{bic_tag}>{creditor.bic}</{bic_tag}></FinInstnId></CdtrAgt>"
        "<ChrgBr>SLEV</ChrgBr>"
        f"<CdtrSchmeId>{_scheme_identifier(creditor.creditor_identifier)}</CdtrSchmeId>\n"
    )


def _debit(debit: DirectDebit, *, bic_tag: str) -> str:
    agent = "<Othr><Id>NOTPROVIDED</Id></Othr>"
    if debit.debtor_bic is not None:
        agent = f"<{bic_tag}>{debit.debtor_bic}</{bic_tag}>"
    amendment = "" if debit.amendment is None else _amendment(debit.amendment)
    return (
        f"<DrctDbtTxInf><PmtId><InstrId>{debit.end_to_end_id}</InstrId>"
        f"<EndToEndId>{debit.end_to_end_id}</EndToEndId></PmtId>"
        f'<InstdAmt Ccy="EUR">{_euros(debit.amount_cents)}</InstdAmt>'
        f"<DrctDbtTx><MndtRltdInf><MndtId>{debit.mandate_reference}</MndtId>"
        f"<DtOfSgntr>{debit.signed_on.isoformat()}</DtOfSgntr>{amendment}</MndtRltdInf></DrctDbtTx>"
        f"<DbtrAgt><FinInstnId>{agent}</FinInstnId></DbtrAgt>"
        f"<Dbtr><Nm>{latin(debit.debtor_name, limit=NAME_LENGTH)}</Nm>{_address(debit)}</Dbtr>"
        f"<DbtrAcct><Id><IBAN>{debit.debtor_iban}</IBAN></Id></DbtrAcct>"
        f"<RmtInf><Ustrd>{latin(debit.remittance_information)}</Ustrd></RmtInf></DrctDbtTxInf>\n"
    )


def _address(debit: DirectDebit) -> str:
    """The debtor's address, which stays out of the file for every account within the EEA."""
    address = debit.debtor_address
    if address is None or is_eea_iban(debit.debtor_iban):
        return ""
    lines = (
        ("StrtNm", latin(address.street, limit=70)),
        ("BldgNb", latin(address.house_number, limit=16)),
        ("PstCd", latin(address.postcode, limit=16)),
        ("TwnNm", latin(address.city, limit=35)),
        ("Ctry", address.country),
    )
    return f"<PstlAdr>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in lines if text)}</PstlAdr>"


def _amendment(amendment: Amendment) -> str:
    reference = creditor = account = ""
    if amendment.original_mandate_reference is not None:
        reference = f"<OrgnlMndtId>{amendment.original_mandate_reference}</OrgnlMndtId>"
    if amendment.original_creditor_name is not None:
        creditor = f"<Nm>{latin(amendment.original_creditor_name, limit=NAME_LENGTH)}</Nm>"
    if amendment.original_creditor_identifier is not None:
        creditor += _scheme_identifier(amendment.original_creditor_identifier)
    if creditor:
        creditor = f"<OrgnlCdtrSchmeId>{creditor}</OrgnlCdtrSchmeId>"
    if amendment.original_debtor_account == SMNDA:
        account = f"<Othr><Id>{SMNDA}</Id></Othr>"
    elif amendment.original_debtor_account is not None:
        account = f"<IBAN>{amendment.original_debtor_account}</IBAN>"
    if account:
        account = f"<OrgnlDbtrAcct><Id>{account}</Id></OrgnlDbtrAcct>"
    details = f"{reference}{creditor}{account}"
    return f"<AmdmntInd>true</AmdmntInd><AmdmntInfDtls>{details}</AmdmntInfDtls>"


def _scheme_identifier(identifier: str) -> str:
    return (
        f"<Id><PrvtId><Othr><Id>{identifier}</Id>"
        "<SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>"
    )


def _totals(debits: Sequence[DirectDebit]) -> str:
    total = sum(debit.amount_cents for debit in debits)
    return f"<NbOfTxs>{len(debits)}</NbOfTxs><CtrlSum>{_euros(total)}</CtrlSum>"


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
