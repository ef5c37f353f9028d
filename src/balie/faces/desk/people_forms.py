"""What an admin fills in about an employee."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from balie.infra.incoming import OneLineField
from balie.infra.mail import InvalidAddress, checked_address

ROLES = [
    ("agent", pgettext_lazy("employee", "agent")),
    ("finance", pgettext_lazy("employee", "finance")),
    ("admin", pgettext_lazy("employee", "admin")),
]


class EmployeeRoleForm(forms.Form):
    """What an employee may do."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES)


def small_role_form(role: str, *, pk: int) -> EmployeeRoleForm:
    """Return the form that stands in a row of a table: narrow, and called after its row."""
    form = EmployeeRoleForm(initial={"role": role}, auto_id=f"id_%s_{pk}")
    form.fields["role"].widget.attrs["class"] = "input input-small"
    return form


class EmployeeForm(EmployeeRoleForm):
    """Somebody new on our side of the desk."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=140)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))

    field_order = ("name", "email", "role")

    def clean_email(self) -> str:
        """Return the address as it goes on the wire; refuse what is not one plain address."""
        try:
            return checked_address(self.cleaned_data["email"])
        except InvalidAddress as error:
            raise ValidationError(_("This is not one plain e-mail address.")) from error
