"""Messages of the bank that announce entries before, or beside, the statement that books them."""

import re

from tests.apps.building import OUR_IBAN, Entry, camt

_BALANCE = re.compile(r"<Bal>.*?</Bal>")


def notification(
    *entries: Entry, number: str = "N1", iban: str = "", currency: str = "EUR"
) -> bytes:
    """A camt.054: entries without any balance."""
    content = _BALANCE.sub("", _statement(*entries, number=number, iban=iban, currency=currency))
    content = content.replace("camt.053.001.08", "camt.054.001.08")
    content = content.replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
    return content.replace("Stmt>", "Ntfctn>").encode()


def intraday(*entries: Entry, opening: int | None = None, number: str = "R1") -> bytes:
    """A camt.052: without balances, or with what the day began with and what it is by now."""
    content = _statement(*entries, number=number, opening=opening or 0)
    if opening is None:
        content = _BALANCE.sub("", content)
    content = content.replace(">CLBD<", ">ITBD<").replace("camt.053.001.08", "camt.052.001.08")
    content = content.replace("BkToCstmrStmt", "BkToCstmrAcctRpt")
    return content.replace("Stmt>", "Rpt>").encode()


def _statement(
    *entries: Entry, number: str, iban: str = "", currency: str = "EUR", opening: int = 0
) -> str:
    return camt(
        *entries, opening=opening, number=number, currency=currency, iban=iban or OUR_IBAN
    ).decode()
