"""Figures of the policy in words: what fits the sentence, and no path without words."""

import pytest

from balie.domain.policy import Policy
from balie.infra.templatetags.figures import FIGURES, NoSuchFigure, figure_words


def words(path: str, value: object, language: str) -> str:
    section, name = path.split(".")
    policy = Policy.from_mapping({section: {name: value}})
    return figure_words(policy, path, language=language).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("path", "value", "dutch", "english"),
    [
        ("answers.guarantee_hours", 1, "1 uur", "1 hour"),
        ("answers.same_day_cutoff", "09:05", "09:05 uur", "09:05"),
        ("answers.usual_minutes", 15, "een kwartier", "15 minutes"),
        ("answers.usual_minutes", 30, "een half uur", "half an hour"),
        ("answers.usual_minutes", 45, "45 minuten", "45 minutes"),
        ("answers.usual_minutes", 120, "twee uur", "two hours"),
        ("answers.usual_minutes", 135, "135 minuten", "135 minutes"),
        ("collecting.refund_days", 1, "1 dag", "1 day"),
        ("collecting.unauthorised_months", 3, "3 maanden", "3 months"),
        ("transfers.processing_min_days", 0, "nul", "zero"),
        ("transfers.processing_max_days", 12, "12 werkdagen", "12 working days"),
        ("credentials.mail_seconds", 30, "30 seconden", "30 seconds"),
        ("credentials.mail_seconds", 61, "61 seconden", "61 seconds"),
        ("credentials.mail_seconds", 300, "5 minuten", "5 minutes"),
        ("billing.vat_rate", "21", "21%", "21%"),
        ("billing.vat_rate", "10.5", "10,5%", "10.5%"),
        ("company.iban", "NL91ABNA0417164300", "NL91 ABNA 0417 1643 00", "NL91 ABNA 0417 1643 00"),
    ],
)
def test_figure_is_said_as_people_say_it(
    path: str, value: object, dutch: str, english: str
) -> None:
    mapping_value = {"company.iban": value}.get(path, value)

    assert words(path, mapping_value, "nl") == dutch
    assert words(path, mapping_value, "en") == english


def test_opening_hours_put_equal_days_together_and_leave_out_closed_ones() -> None:
    hours = {
        "monday": [["08:30", "12:00"], ["13:00", "17:00"]],
        "tuesday": [["08:30", "12:00"], ["13:00", "17:00"]],
        "wednesday": [],
        "saturday": [["20:00", "00:00"]],
    }

    assert words("office.hours", hours, "nl") == (
        "maandag en dinsdag van 08:30 tot 12:00 uur en van 13:00 tot 17:00 uur,"
        " donderdag en vrijdag van 09:00 tot 17:00 uur en zaterdag van 20:00 tot 24:00 uur"
    )


@pytest.mark.parametrize("path", sorted(FIGURES))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_figure_can_be_said_of_the_shipped_policy(path: str, language: str) -> None:
    assert figure_words(Policy(), path, language=language).strip()


@pytest.mark.parametrize("path", ["answers.guarantee", "holidays.extra", "__class__"])
def test_figure_without_words_is_refused_by_name(path: str) -> None:
    with pytest.raises(NoSuchFigure, match=path):
        figure_words(Policy(), path, language="nl")
