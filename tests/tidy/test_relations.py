"""Tables point down the order of the apps; each rule is shown to catch a planted break."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

from tests.tidy.reading import PACKAGE, ROOT
from tests.tidy.rules_relations import (
    app_ranks,
    generic_keys,
    open_ways_back,
    relations_by_string,
    upward_relations,
)

RANKS = app_ranks(ROOT / ".importlinter")
OURS = [model for model in apps.get_models() if model.__module__.startswith("balie.")]
LOWER = "balie.apps.customers"
UPPER = "balie.apps.tickets"


def test_order_of_the_apps_is_read_from_the_contract() -> None:
    assert (RANKS["customers"], RANKS["services"], RANKS["office"]) == (1, 2, max(RANKS.values()))
    assert RANKS["credentials"] == RANKS["dunning"]


def test_relations_point_down() -> None:
    assert OURS != []
    assert upward_relations(OURS, RANKS) == []


def test_lower_apps_cannot_look_up() -> None:
    assert open_ways_back(OURS) == []


def test_no_relation_may_point_anywhere() -> None:
    assert generic_keys(OURS) == []


def test_relations_are_named_by_their_class() -> None:
    assert relations_by_string(PACKAGE) == []


@isolate_apps(LOWER, UPPER)
def test_relation_that_points_up_is_caught() -> None:
    class PlantedTop(models.Model):
        class Meta:
            app_label = "tickets"

    class PlantedBottom(models.Model):
        top = models.ForeignKey(PlantedTop, models.PROTECT, related_name="+")

        class Meta:
            app_label = "customers"

    faults = upward_relations([PlantedTop, PlantedBottom], RANKS)

    assert faults == ["customers.PlantedBottom.top points up or sideways to tickets.PlantedTop"]


@isolate_apps("balie.infra", LOWER)
def test_relation_of_the_plumbing_to_an_app_is_caught() -> None:
    class PlantedPerson(models.Model):
        class Meta:
            app_label = "customers"

    class PlantedPipe(models.Model):
        people = models.ManyToManyField(PlantedPerson, related_name="+")

        class Meta:
            app_label = "infra"

    faults = upward_relations([PlantedPerson, PlantedPipe], RANKS)

    assert faults == ["infra.PlantedPipe.people points up or sideways to customers.PlantedPerson"]


@isolate_apps(LOWER, UPPER)
def test_way_back_up_is_caught() -> None:
    class PlantedBottom(models.Model):
        class Meta:
            app_label = "customers"

    class PlantedTop(models.Model):
        bottom = models.ForeignKey(PlantedBottom, models.PROTECT)

        class Meta:
            app_label = "tickets"

    assert open_ways_back([PlantedTop]) == ['tickets.PlantedTop.bottom needs related_name="+"']


@isolate_apps(LOWER, UPPER)
def test_generic_key_is_caught() -> None:
    class PlantedAnything(models.Model):
        kind = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
        number = models.IntegerField()
        thing = GenericForeignKey("kind", "number")

        class Meta:
            app_label = "customers"

    assert generic_keys([PlantedAnything]) == [
        "customers.PlantedAnything.thing may point to any table"
    ]


@pytest.mark.parametrize(
    "line",
    [
        'x = models.ForeignKey("tickets.Ticket", models.PROTECT)',
        'x = models.OneToOneField(to="tickets.Ticket", on_delete=models.PROTECT)',
        'x = models.ManyToManyField(Customer, through="tickets.Link")',
        "x = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)",
        'x = apps.get_model("tickets", "Ticket")',
    ],
)
def test_relation_by_string_is_caught(tmp_path: Path, line: str) -> None:
    imports = "from django.apps import apps\nfrom django.conf import settings\n"
    (tmp_path / "models.py").write_text(f"{imports}{line}\n")

    assert [fault.split(":")[1] for fault in relations_by_string(tmp_path)] == ["3"]


def test_relation_within_an_app_may_be_a_string(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text('x = ForeignKey("self")\ny = ForeignKey("Ticket")\n')

    assert relations_by_string(tmp_path) == []


@pytest.mark.django_db
def test_migrations_say_what_the_models_say(capsys: pytest.CaptureFixture[str]) -> None:
    run: Callable[..., object] = call_command
    try:
        run("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)
