"""The parts of a page: amounts, shapes beside words, fields tied to their errors, the track."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from balie.domain.policy import Policy
from balie.infra.templatetags.balie import NoPolicy, NoSuchState
from balie.infra.templatetags.chart import Bar, draw
from balie.infra.templatetags.track import NoSuchStep, Step

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
ASKED = NOW - timedelta(hours=3)
DUE = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
TAGS = re.compile(r"<[^>]+>")


def html(source: str, language: str = "nl", **context: object) -> str:
    with translation.override(language):
        return Template("{% load balie %}" + source).render(Context(context))


def text(source: str, language: str = "nl", **context: object) -> str:
    words = TAGS.sub(" ", html(source, language, **context)).replace("\u00a0", " ")
    return " ".join(words.split())


class QuestionForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="Daar gaat het antwoord heen.")
    subject = forms.CharField(label="Onderwerp", required=False)
    how = forms.ChoiceField(label="Hoe", choices=[("m", "Mail")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Akkoord")


@pytest.mark.parametrize(("language", "shown"), [("nl", "€ 1.234,56"), ("en", "€1,234.56")])
def test_cents_are_shown_as_an_amount(language: str, shown: str) -> None:
    assert text("{{ cents|euro }}", language, cents=123456) == shown


@pytest.mark.parametrize("cents", [12.5, "12", None, True])
def test_what_is_no_whole_number_of_cents_is_refused(cents: object) -> None:
    with pytest.raises(TypeError, match="integer cents"):
        text("{{ cents|euro }}", cents=cents)


def test_page_in_a_third_language_reads_dutch() -> None:
    assert text("{{ on|day }}", "de", on=date(2026, 11, 24)) == "di 24 nov 2026"


def test_figure_links_to_how_it_is_kept() -> None:
    shown = html('{% figure "collecting.refund_days" %}', policy=Policy())

    assert shown.replace("\u00a0", " ") == (
        '<a class="figure" data-figure="collecting.refund_days"'
        ' href="/beloften/#collecting.refund_days">56 dagen</a>'
    )


def test_phone_number_can_be_called() -> None:
    assert 'href="tel:0580123456"' in html('{% figure "phone.number" %}', policy=Policy())


def test_figure_without_a_policy_is_refused() -> None:
    with pytest.raises(NoPolicy, match="refund_days"):
        html('{% figure "collecting.refund_days" %}')


def test_state_has_shape_colour_and_word() -> None:
    shown = html('{% badge "kept" "Betaald" %}')

    assert "state-kept" in shown
    assert "#kept" in shown
    assert TAGS.sub("", shown).strip() == "Betaald"


def test_state_nobody_drew_is_refused() -> None:
    with pytest.raises(NoSuchState, match="paid"):
        html('{% badge "paid" "Betaald" %}')


def chip(language: str = "nl", **given: object) -> str:
    arguments = " ".join(f"{name}={name}" for name in given if name != "now")
    return text(
        "{% promise_chip due_at=due_at asked_at=asked_at now=now " + arguments + " %}",
        language,
        **{"due_at": DUE, "asked_at": ASKED, "now": NOW, **given},
    )


def test_promise_that_runs_says_who_until_when_and_how_long() -> None:
    assert chip(holder="Sanne") == "Beloofd Antwoord vandaag voor 24:00 nog 9 uur Bij Sanne"


def test_promise_without_a_holder_says_that_we_look_for_one() -> None:
    assert chip("en").endswith("9 hours left We are looking for who can help you best")


def test_promise_kept_says_in_how_long() -> None:
    shown = chip(answered_at=ASKED + timedelta(hours=2, minutes=27), kept=True, holder="Sanne")

    assert shown.startswith("Nagekomen Beantwoord in 2 uur en 27 minuten")
    assert shown.endswith("beloofd vandaag voor 24:00 door Sanne")


def test_promise_broken_says_how_late_and_that_we_are_sorry() -> None:
    late = DUE + timedelta(hours=4)
    shown = chip(answered_at=late, kept=False, now=late)

    assert shown.startswith("Te laat Beantwoord in")
    assert "Dat is 4 uur te laat. Dat spijt ons." in shown


def test_promise_past_due_without_answer_is_too_late_before_anybody_noticed() -> None:
    assert chip(now=DUE).startswith("Te laat Antwoord was beloofd")


def test_field_is_tied_to_its_hint_and_its_error() -> None:
    shown = html("{% field form.email %}", form=QuestionForm({"email": "jan@"}))

    assert '<label for="id_email">E-mail</label>' in shown
    assert 'aria-describedby="id_email_helptext id_email_error"' in shown
    assert 'id="id_email_helptext"' in shown
    assert 'id="id_email_error"' in shown
    assert 'aria-invalid="true"' in shown


def test_field_one_may_leave_empty_says_so() -> None:
    assert text("{% field form.subject %}", form=QuestionForm()) == "Onderwerp (niet verplicht)"


def test_choices_stand_in_a_group_with_a_legend() -> None:
    assert "<legend>Hoe" in html("{% field form.how %}", form=QuestionForm())


def test_error_summary_links_to_each_field() -> None:
    form = QuestionForm({"email": "jan@"})
    form.add_error(None, "Dit gaat niet samen.")

    shown = html("{% error_summary form %}", form=form)

    assert 'role="alert"' in shown
    assert "<li>Dit gaat niet samen.</li>" in shown
    assert re.findall(r'href="(#[\w]+)"', shown.replace("icons.svg#", "")) == [
        "#id_email",
        "#id_how",
        "#id_agreed",
    ]


def test_form_without_errors_has_no_summary() -> None:
    assert html("{% error_summary form %}", form=QuestionForm()).strip() == ""


def test_money_track_is_a_list_that_marks_where_one_is() -> None:
    steps = [
        Step(key="invoiced", state="done", on=date(2026, 11, 10)),
        Step(key="failed", state="failed", note="Er stond niet genoeg op uw rekening."),
        Step(key="transfer", state="current"),
        Step(key="refundable", state="next", until=date(2027, 1, 19)),
    ]

    shown = html("{% money_track steps %}", steps=steps)
    words = text("{% money_track steps %}", steps=steps)

    assert shown.count("<li") == 4
    assert shown.count('aria-current="step"') == 1
    assert words == (
        "gedaan: Factuur gemaakt di 10 nov 2026"
        " mislukt: De incasso is mislukt Er stond niet genoeg op uw rekening."
        " Wij vragen u zelf over te maken U bent hier"
        " komt nog: Terug te boeken tot di 19 jan 2027"
    )


@pytest.mark.parametrize(("key", "state"), [("invoiced", "busy"), ("invoice", "done")])
def test_step_without_words_is_refused(key: str, state: str) -> None:
    with pytest.raises(NoSuchStep):
        Step(key=key, state=state)


def test_bars_reach_from_nothing_to_the_top() -> None:
    rows = [Bar(label=str(value), value=value, words=str(value)) for value in (0, 1, 50, 100)]

    drawn = draw(rows)

    assert [bar.height for bar in drawn] == [0.0, 2.0, 70.0, 140.0]
    assert [round(bar.y + bar.height, 1) for bar in drawn] == [140.0] * 4
    assert drawn[0].x < drawn[1].x < drawn[2].x < drawn[3].x


def test_bar_above_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        draw([Bar(label="a", value=101, words="101")], highest=100)


def test_no_bars_draw_nothing_and_zero_bars_do_not_divide() -> None:
    zero = Bar(label="a", value=0, words="0")

    assert draw([]) == []
    assert draw([zero])[0].height == 0


@pytest.mark.parametrize("language", ["nl", "en"])
def test_numbers_in_the_picture_are_for_the_browser(language: str) -> None:
    rows = [Bar(label="week 1", value=33.3, words="33,3%"), Bar(label="2", value=100, words="x")]

    shown = html(
        '{% bars rows caption="Per week" heading="Week" unit="Op tijd" %}', language, rows=rows
    )

    assert re.findall(r'height="([\d.,]+)"', shown) == ["46.6", "140.0"]
    assert "33,3%</td>" in shown
