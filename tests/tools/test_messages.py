"""The translation tool finds every marked text and says what is missing."""

from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from tools.messages import CATALOG, run

PYTHON = """
from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy as say
label = "not marked"
one = _("Paid")
two = gettext_lazy("Open " "amount")
three = ngettext("one question", "%(count)s questions", 2)
four = say("verb", "Answer")
five = translation.gettext("Due")
six = _(label)
"""
TEMPLATE = """
{% load i18n %}{% translate "100 % sure" %}
{{ _("Filtered") }}
{% blocktranslate trimmed with name=person.name %}
  Dear {{ name }},
  welcome.
{% endblocktranslate %}
{% blocktranslate count n=total %}{{ n }} euro{% plural %}{{ n }} euros{% endblocktranslate %}
{% translate "Answer" context "noun" %}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    package = tmp_path / "balie"
    (package / "apps" / "billing").mkdir(parents=True)
    (package / "apps" / "billing" / "models.py").write_text(PYTHON)
    (package / "faces" / "portal" / "templates").mkdir(parents=True)
    (package / "faces" / "portal" / "templates" / "home.html").write_text(TEMPLATE)
    return package


def translate_all(package: Path) -> None:
    for home in ("apps/billing", "faces"):
        path = package / home / CATALOG
        catalog = polib.pofile(str(path))
        for entry in catalog:
            if entry.msgid_plural:
                entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
            else:
                entry.msgstr = entry.msgid
        catalog.save()
    assert run(package, check=False) == []


def test_texts_of_python_are_found(package: Path) -> None:
    run(package, check=False)

    catalog = polib.pofile(str(package / "apps" / "billing" / CATALOG))

    assert [(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalog] == [
        ("verb", "Answer", ""),
        (None, "Due", ""),
        (None, "one question", "%(count)s questions"),
        (None, "Open amount", ""),
        (None, "Paid", ""),
    ]


def test_texts_of_templates_are_found_in_the_catalog_of_their_floor(package: Path) -> None:
    run(package, check=False)

    catalog = polib.pofile(str(package / "faces" / CATALOG))

    assert [(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalog] == [
        (None, "%(n)s euro", "%(n)s euros"),
        (None, "100 %% sure", ""),
        ("noun", "Answer", ""),
        (None, "Dear %(name)s, welcome.", ""),
        (None, "Filtered", ""),
    ]


def test_complete_catalog_passes_the_check(package: Path) -> None:
    run(package, check=False)
    translate_all(package)

    assert run(package, check=True) == []


def test_translations_survive_an_update(package: Path) -> None:
    run(package, check=False)
    translate_all(package)
    (package / "apps" / "billing" / "models.py").write_text(PYTHON + 'seven = _("New")\n')

    faults = run(package, check=False)

    assert faults == ["apps/billing: 'New' is not translated (apps/billing/models.py)"]
    catalog = polib.pofile(str(package / "apps" / "billing" / CATALOG))
    assert [entry.msgid for entry in catalog if not entry.translated()] == ["New"]


def plant_new_text(package: Path) -> None:
    (package / "apps" / "billing" / "models.py").write_text(PYTHON + 'seven = _("New")\n')


def plant_lost_text(package: Path) -> None:
    (package / "apps" / "billing" / "models.py").write_text(PYTHON.replace('_("Paid")', '""'))


def plant_stale_compilation(package: Path) -> None:
    path = package / "apps" / "billing" / CATALOG
    path.write_text(path.read_text().replace('msgstr "Paid"', 'msgstr "Betaald"'))


def plant_fuzzy(package: Path) -> None:
    path = package / "apps" / "billing" / CATALOG
    path.write_text(path.read_text().replace('msgid "Paid"', '#, fuzzy\nmsgid "Paid"'))


def plant_lost_value(package: Path) -> None:
    path = package / "faces" / CATALOG
    path.write_text(path.read_text().replace('msgstr "Dear %(name)s,', 'msgstr "Dear,'))


def plant_untrimmed_block(package: Path) -> None:
    path = package / "faces" / "portal" / "templates" / "home.html"
    path.write_text(TEMPLATE.replace("trimmed ", ""))


def plant_built_up_text(package: Path) -> None:
    (package / "apps" / "billing" / "models.py").write_text(PYTHON + 'seven = _(f"New {one}")\n')


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (plant_new_text, "'New' is missing"),
        (plant_lost_text, "'Paid' is in the catalog but no longer in the code"),
        (plant_stale_compilation, "django.mo is not compiled from this catalog"),
        (plant_fuzzy, "'Paid' is fuzzy"),
        (plant_lost_value, "is translated without its values %(name)s"),
        (plant_untrimmed_block, "write {% blocktranslate trimmed %} around"),
        (plant_built_up_text, "models.py:11: a text to translate is one literal"),
    ],
)
def test_planted_fault_is_caught(package: Path, plant: Callable[[Path], None], said: str) -> None:
    run(package, check=False)
    translate_all(package)
    plant(package)

    faults = run(package, check=True)

    assert any(said in fault for fault in faults), faults
