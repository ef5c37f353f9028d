"""What an admin fills in about an employee."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from balie.infra.incoming import AddressField, OneLineField

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
    email = AddressField(label=gettext_lazy("E-mail address"))

    field_order = ("name", "email", "role")
