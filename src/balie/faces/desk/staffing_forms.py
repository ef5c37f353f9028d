"""What an admin fills in about the roster, the people and the rules."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from balie.apps.customers.models import Employee
from balie.apps.tickets.models import RoutingRule, Shift, Skill, Team
from balie.domain.routing_topics import TOPICS
from balie.faces.desk.forms import TeamField
from balie.faces.desk.triage_words import topic_name
from balie.infra.templatetags.balie import language, named
from balie.infra.templatetags.moments import WEEKDAYS

CLOCK = "%H:%M"
DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def weekdays() -> list[tuple[int, str]]:
    """The days of the week to choose from, in the language of the page."""
    return list(enumerate(WEEKDAYS[language()]))


def topics() -> list[tuple[str, str]]:
    """The topics to choose from; the one without words finds nothing."""
    told = [(code, topic_name(code)) for code, topic in TOPICS.items() if topic.words]
    return [("", gettext("anything")), *told]


class ClockField(forms.TimeField):
    """A time on the wall clock, in hours and minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=[CLOCK],
            widget=forms.TimeInput(attrs={"type": "time"}, format=CLOCK),
            **kwargs,
        )


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own takes none
    """Somebody of the staff."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Employee.objects.order_by("name", "pk"), label=_("Employee"), **kwargs
        )


class ShiftForm(forms.Form):
    """A block that somebody works every week."""

    employee = PersonField()
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        choices=weekdays,
        widget=forms.CheckboxSelectMultiple,
    )
    starts = ClockField(label=_("From"))
    ends = ClockField(label=_("Until"), help_text=_("00:00 is the end of the day."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (Shift.Kind.OFFICE, _("office: not on holidays")),
            (Shift.Kind.DUTY, _("duty: on holidays too")),
        ],
    )
    period_start = forms.DateField(label=_("From the day"), widget=DAY_INPUT)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "shift_%s", **kwargs})
        self.fields["period_start"].initial = today


class ExceptionForm(forms.Form):
    """Days on which somebody is away, or works besides his shifts."""

    employee = PersonField()
    first_on = forms.DateField(label=_("From the day"), widget=DAY_INPUT)
    last_on = forms.DateField(label=_("Up to and including"), widget=DAY_INPUT)
    starts = ClockField(
        label=_("Works from"), required=False, help_text=_("Leave both times empty when away.")
    )
    ends = ClockField(label=_("Works until"), required=False)
    reason = forms.CharField(label=_("Note"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "days_%s", **kwargs})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first_on, last_on = cleaned.get("first_on"), cleaned.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("The last day is before the first."))
        if (cleaned.get("starts") is None) != (cleaned.get("ends") is None) and not self.errors:
            self.add_error("ends", _("Give both times, or neither."))
        return cleaned


class _ManyNamed(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # as above
    """Teams or skills, in the language of the page."""

    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


class PersonForm(forms.Form):
    """The teams somebody is in and leads, and what he knows."""

    teams = _ManyNamed(
        label=_("Teams"),
        queryset=Team.objects.order_by("pk"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    leads = _ManyNamed(
        label=_("Leads"),
        queryset=Team.objects.order_by("pk"),
        required=False,
        help_text=_("The lead hears of broken promises; a team has one."),
        widget=forms.CheckboxSelectMultiple,
    )
    skills = _ManyNamed(
        label=_("Skills"),
        queryset=Skill.objects.order_by("name_nl"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class SkillForm(forms.Form):
    """A skill of the house."""

    code = forms.SlugField(label=_("Short name"), max_length=30)
    name_nl = forms.CharField(label=_("Name in Dutch"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)


class SkillField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own takes none
    """A skill, in the language of the page."""

    def label_from_instance(self, obj: Skill) -> str:
        return named(obj)


class RuleForm(forms.Form):
    """What a rule looks at, and whom it names."""

    words = forms.CharField(
        label=_("Holds one of these words"),
        max_length=400,
        required=False,
        help_text=_("With commas between. “incasso” also finds “incassobedrag”."),
    )
    sender_domain = forms.CharField(
        label=_("Comes from the domain"),
        max_length=253,
        required=False,
        help_text=_("What stands behind the @."),
    )
    topic = forms.ChoiceField(label=_("Is about"), required=False, choices=topics)
    team = TeamField(
        label=_("Team"),
        queryset=Team.objects.order_by("pk"),
        empty_label=_("as learned"),
        required=False,
    )
    skill = SkillField(
        label=_("Skill"),
        queryset=Skill.objects.order_by("name_nl"),
        empty_label=_("none needed"),
        required=False,
    )

    def __init__(self, *args: Any, rule: RoutingRule | None = None, **kwargs: Any) -> None:
        if rule is not None:
            kwargs["initial"] = {
                name: getattr(rule, name)
                for name in ("words", "sender_domain", "topic", "team", "skill")
            }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            if not any(cleaned.get(name) for name in ("words", "sender_domain", "topic")):
                raise forms.ValidationError(_("Say what the rule looks at."))
            if not (cleaned.get("team") or cleaned.get("skill")):
                raise forms.ValidationError(_("Choose a team, a skill, or both."))
        return cleaned
