"""The QR code for a transfer: its lines, and the same dots as segno's own maker of such codes."""

from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import segno.helpers
from hypothesis import given
from hypothesis import strategies as st

from balie.formats.epcqr import (
    UnableToMakeEpcQr,
    _code,
    epc_qr_payload,
    epc_qr_png,
    epc_qr_svg,
)

DETAILS: dict[str, Any] = {
    "name": "Hostingbedrijf De Linde B.V.",
    "iban": "NL91 ABNA 0417 1643 00",
    "amount_cents": 1210,
}


def test_payload_with_a_text_has_the_lines_of_the_standard() -> None:
    assert epc_qr_payload(**DETAILS, text="F2026-0001 jansen.example").split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Hostingbedrijf De Linde B.V.",
        "NL91ABNA0417164300",
        "EUR12.10",
        "",
        "",
        "F2026-0001 jansen.example",
    ]


def test_payload_with_a_reference_ends_after_it() -> None:
    lines = epc_qr_payload(**DETAILS, reference="RF55 2026 0000 1234", bic="ABNANL2A").split("\n")

    assert lines[4] == "ABNANL2A"
    assert lines[9:] == ["RF55202600001234"]


def test_payload_keeps_a_text_with_line_breaks_on_its_own_line() -> None:
    lines = epc_qr_payload(**DETAILS, text="F1\nEUR999999.00\r\nx").split("\n")

    assert lines[7] == "EUR12.10"
    assert lines[10:] == ["F1 EUR999999.00 x"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "the name must be 1 to 70"),
        ({"name": "x" * 71}, "the name must be 1 to 70"),
        ({"name": "a\x00b"}, "the name must be 1 to 70"),
        ({"iban": "NL92ABNA0417164300"}, "the IBAN is not valid"),
        ({"amount_cents": 0}, "the amount must be 1 to"),
        ({"amount_cents": 100_000_000_000}, "the amount must be 1 to"),
        ({"bic": "ABNA"}, "the BIC must be"),
        ({"reference": "RF55202600001234"}, "either a reference or a text is needed, not both"),
        ({"text": None}, "either a reference or a text is needed, not both"),
        ({"text": " \n "}, "either a reference or a text is needed, not both"),
        ({"text": None, "reference": "1000202600001234"}, "the reference is no RF reference"),
        ({"text": "x" * 141}, "the text must be at most 140"),
        ({"text": "a\x1bb"}, "the text must be at most 140"),
        ({"text": "é" * 140, "name": "é" * 70}, "all together is more than 331 bytes"),
    ],
)
def test_payload_with_a_fault_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(UnableToMakeEpcQr, match=problem):
        epc_qr_payload(**{**DETAILS, "text": "F1", **changes})


def test_refusal_names_all_that_is_wrong() -> None:
    with pytest.raises(UnableToMakeEpcQr) as caught:
        epc_qr_svg(name="", iban="", amount_cents=0)

    assert str(caught.value).count(";") == 3


def test_code_has_the_dots_of_the_other_maker() -> None:
    ours = _code(epc_qr_payload(**{**DETAILS, "amount_cents": 1234}, text="F2026-0001 é"))

    theirs = segno.helpers.make_epc_qr(
        name=DETAILS["name"],
        iban="NL91ABNA0417164300",
        amount=Decimal("12.34"),
        text="F2026-0001 é",
        encoding="utf-8",
    )
    assert ours.matrix == theirs.matrix


def test_svg_stands_on_its_own_and_scales() -> None:
    svg = epc_qr_svg(**DETAILS, text="F2026-0001")

    root = ET.fromstring(svg)  # noqa: S314
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib.keys() == {"viewBox"}
    assert "currentColor" not in svg
    assert svg == epc_qr_svg(**DETAILS, text="F2026-0001")


def test_png_has_as_many_pixels_as_the_code_has_dots_with_a_quiet_border() -> None:
    png = epc_qr_png(**DETAILS, text="F2026-0001", scale=3)

    dots = len(_code(epc_qr_payload(**DETAILS, text="F2026-0001")).matrix) + 2 * 4
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20]) == int.from_bytes(png[20:24]) == 3 * dots
    assert png == epc_qr_png(**DETAILS, text="F2026-0001", scale=3)


@given(text=st.text(min_size=1, max_size=140), amount=st.integers(1, 99_999_999_999))
def test_code_of_any_text_is_refused_or_within_the_standard(*, text: str, amount: int) -> None:
    try:
        payload = epc_qr_payload(**{**DETAILS, "amount_cents": amount}, text=text)
    except UnableToMakeEpcQr:
        return

    assert len(payload.encode()) <= 331
    assert payload.count("\n") == 10
    assert int(_code(payload).version) <= 13
