"""What a visitor fills in: a question, what he remembers of his login, a new password."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.apps.tickets.uploads import FilesField
from balie.domain.policy import Policy
from balie.infra.incoming import AddressField, OneLineField

LONGEST_QUESTION = 10_000
LONGEST_REMARK = 2000
LONGEST_PASSWORD = 256


class QuestionForm(forms.Form):
    """A question of somebody who is not signed in."""

    name = OneLineField(
        label=_("Your name"),
        max_length=140,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("The answer goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    subject = OneLineField(label=_("Subject"), max_length=200, required=False)
    body = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField(policy=policy)


class HelpedForm(forms.Form):
    """Whether an answer helped; what the link in the mail said stands chosen."""

    helped = forms.ChoiceField(
        label=_("Did this help you?"),
        choices=[("ja", _("Yes, thank you")), ("nee", _("No, not yet"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Do you want to add something?"),
        help_text=_("Only we read it. Do you have a question? Then reply to our mail."),
        max_length=LONGEST_REMARK,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RecoverForm(forms.Form):
    """What somebody remembers of himself."""

    identifier = forms.CharField(
        label=_("E-mail address, customer number or domain name"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed once and shown on request by the browser, and what it is for."""

    password = forms.CharField(
        label=_("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence is easy to remember."),
    )

    def __init__(self, *args: Any, logins: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(logins) > 1 or (logins and logins[0][0] != "portal"):
            self.fields["logins"] = forms.MultipleChoiceField(
                label=_("Set it for"),
                choices=logins,
                initial=[logins[0][0]],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Tick at least one login.")},
            )
