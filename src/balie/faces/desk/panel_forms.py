"""What an admin fills in about a control panel. Its key is a file and is typed nowhere."""

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from balie.apps.services.models import PanelKind

KINDS = [
    (PanelKind.DIRECTADMIN, "DirectAdmin"),
    (PanelKind.MODOBOA, "Modoboa"),
    (PanelKind.BY_HAND, _("kept by hand")),
]


class PanelForm(forms.Form):
    """A panel for the register."""

    name = forms.CharField(
        label=_("Name"), max_length=40, help_text=_("What customers call it: Control Panel")
    )
    code = forms.SlugField(
        label=_("Short name"), max_length=30, help_text=_("Names the file of its key: server1")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    base_address = forms.CharField(
        label=_("Address"), max_length=200, required=False, help_text="https://server1.example:2222"
    )
    user_name = forms.CharField(
        label=_("Our user name there"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def words_of(self, field: str) -> LazyText:
        """Return what is wrong with a field that the action would not have."""
        return {
            "base_address": _("Give the address as https://name:port, with nothing behind it."),
            "code": _("There is a panel with this name or short name already."),
        }[field]
