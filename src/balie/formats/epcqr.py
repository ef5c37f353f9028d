"""The QR code with which a banking app fills in a transfer to us (EPC069-12, version 002).

Always UTF-8, error correction M, at most QR version 13. Line 10 takes an RF reference only: a
betalingskenmerk goes into the text. An extra beside the written details, never the only way: not
every Dutch banking app reads it.
"""

import re
from functools import lru_cache
from io import BytesIO

import segno

from balie.formats.iban import is_valid_iban, normalise_iban
from balie.formats.references import is_valid_rf

_BIC = re.compile(r"(?:[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)?\Z")
_HIGHEST_AMOUNT_CENTS = 999_999_999_99
_NAME_LENGTH = 70
_TEXT_LENGTH = 140
_PAYLOAD_BYTES = 331


class UnableToMakeEpcQr(ValueError):
    """No QR code was made; the message says everything that is wrong."""


def epc_qr_payload(
    *,
    name: str,
    iban: str,
    amount_cents: int,
    reference: str | None = None,
    text: str | None = None,
    bic: str = "",
) -> str:
    """Return the lines of the code: pay `amount_cents` to `name` at `iban`.

    What to quote is either an RF `reference` or a `text` of at most 140 characters, never both; a
    `bic` is needed only outside the EEA. Raises UnableToMakeEpcQr with all that is wrong.
    """
    account = normalise_iban(iban)
    payee, quoted = _one_line(name), _one_line(text or "")
    structured = "".join((reference or "").split()).upper()
    problems = []
    if not (0 < len(payee) <= _NAME_LENGTH and payee.isprintable()):
        problems.append(f"the name must be 1 to {_NAME_LENGTH} printable characters")
    if not is_valid_iban(account):
        problems.append("the IBAN is not valid")
    if not 0 < amount_cents <= _HIGHEST_AMOUNT_CENTS:
        problems.append(f"the amount must be 1 to {_HIGHEST_AMOUNT_CENTS} cents")
    if _BIC.match(bic) is None:
        problems.append("the BIC must be 8 or 11 capitals and digits")
    if bool(structured) == bool(quoted):
        problems.append("either a reference or a text is needed, not both")
    if structured and not is_valid_rf(structured):
        problems.append("the reference is no RF reference")
    if not (len(quoted) <= _TEXT_LENGTH and quoted.isprintable()):
        problems.append(f"the text must be at most {_TEXT_LENGTH} printable characters")
    amount = f"EUR{amount_cents // 100}.{amount_cents % 100:02d}"
    lines = ["BCD", "002", "1", "SCT", bic, payee, account, amount, "", structured, quoted]
    payload = "\n".join(lines).rstrip("\n")
    if len(payload.encode(errors="replace")) > _PAYLOAD_BYTES:
        problems.append(f"all together is more than {_PAYLOAD_BYTES} bytes")
    if problems:
        raise UnableToMakeEpcQr("No QR code: " + "; ".join(problems) + ".")
    return payload


def epc_qr_svg(
    *,
    name: str,
    iban: str,
    amount_cents: int,
    reference: str | None = None,
    text: str | None = None,
    bic: str = "",
) -> str:
    """Return the code as SVG, black on white, without a size of its own: the page sets its width.

    Arguments and errors are those of `epc_qr_payload`. Equal input gives equal text.
    """
    payload = epc_qr_payload(
        name=name, iban=iban, amount_cents=amount_cents, reference=reference, text=text, bic=bic
    )
    image = BytesIO()
    _code(payload).save(
        image,
        kind="svg",
        dark="#000",
        light="#fff",
        xmldecl=False,
        omitsize=True,
        nl=False,
        svgclass=None,
        lineclass=None,
    )
    return image.getvalue().decode()


def epc_qr_png(
    *,
    name: str,
    iban: str,
    amount_cents: int,
    reference: str | None = None,
    text: str | None = None,
    bic: str = "",
    scale: int = 4,
) -> bytes:
    """Return the code as PNG with `scale` pixels a dot, for mail programs, which show no SVG.

    Arguments and errors are those of `epc_qr_payload`. Equal input gives equal bytes.
    """
    payload = epc_qr_payload(
        name=name, iban=iban, amount_cents=amount_cents, reference=reference, text=text, bic=bic
    )
    image = BytesIO()
    _code(payload).save(image, kind="png", scale=scale, dark="#000", light="#fff")
    return image.getvalue()


@lru_cache(maxsize=16)  # the invoice and the mail around it show the same code
def _code(payload: str) -> segno.QRCode:
    # The standard fixes the error correction, so segno may not raise it when there is room.
    return segno.make_qr(payload.encode(), error="m", boost_error=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())
