"""What somebody fills in to sign in, and to change how he does."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.infra.incoming import OneLineField

LONGEST_PASSWORD = 256
LONGEST_CODE = 60


class IdentifierForm(forms.Form):
    """Who somebody is."""

    identifier = forms.CharField(
        label=_("E-mail address or customer number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class SignInForm(IdentifierForm):
    """Who somebody is, and his password."""

    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """Figures from a mail, an authenticator app, or a paper with recovery codes."""

    code = forms.CharField(
        label=_("Code"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["code"].label = label


class NewPasskeyForm(forms.Form):
    """What its owner calls a passkey."""

    name = OneLineField(
        label=_("Name of the passkey"),
        help_text=_("So that you know it again: “my phone”."),
        max_length=60,
        required=False,
    )
    answer = forms.CharField(widget=forms.HiddenInput, required=False)


class PasswordForm(forms.Form):
    """A new password, and the present one where there is one."""

    current = forms.CharField(
        label=_("Present password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence is easy to remember."),
    )

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_password:
            del self.fields["current"]
