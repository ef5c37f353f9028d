"""A mandate is given with its evidence, lives in rows, and is collected on only while it stands."""

import hashlib
from datetime import date, timedelta

import pytest

from balie.apps.mandates import actions, queries
from balie.apps.mandates.actions import UnableToGiveMandate
from balie.apps.mandates.models import Mandate, MandateChange
from balie.domain.policy import Policy
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, THEIR_IBAN, TODAY, new_contact, new_customer, new_mandate

pytestmark = pytest.mark.django_db

POLICY = Policy()


def change(mandate: Mandate, status: str) -> Mandate:
    return actions.change_status(
        mandate=mandate, to_status=status, reason="AM04", by=SYSTEM, now=NOW
    )


def life_of(mandate: Mandate) -> list[str]:
    return list(mandate.changes.order_by("pk").values_list("to_status", flat=True))


def test_mandate_is_kept_with_what_shows_that_it_was_given() -> None:
    customer = new_customer()
    contact = new_contact(customer)
    by = Actor("contact", contact.pk, contact.name)
    text = queries.mandate_text(policy=POLICY, language="nl")

    mandate = actions.give_mandate(
        customer=customer,
        debtor_name=" J. Bakker ",
        iban="nl39 rabo 0300 0652 64",
        text=text,
        email=contact.user.email,
        ip_address="192.0.2.7",
        user_agent="x" * 500,
        by=by,
        now=NOW,
    )

    assert mandate.mandate_reference == f"BAL-{customer.number}-1"
    assert (mandate.debtor_name, mandate.iban) == ("J. Bakker", THEIR_IBAN)
    assert (mandate.status, mandate.signed_on) == ("active", TODAY)
    evidence = mandate.evidence
    assert evidence.text == text
    assert evidence.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (evidence.given_by, evidence.email) == (str(by), contact.user.email)
    assert (evidence.kind, evidence.ip_address) == ("tickbox", "192.0.2.7")
    assert len(evidence.user_agent) == 400
    assert life_of(mandate) == ["active"]


@pytest.mark.parametrize("iban", ["NL40RABO0300065264", "", "hoi"])
def test_mandate_on_a_wrong_account_number_is_refused(iban: str) -> None:
    with pytest.raises(UnableToGiveMandate, match="check digits"):
        new_mandate(new_customer(), iban=iban)

    assert not Mandate.objects.exists()


def test_mandate_without_a_name_is_refused() -> None:
    with pytest.raises(UnableToGiveMandate, match="name of the account holder"):
        new_mandate(new_customer(name=" "))


@pytest.mark.parametrize("standing", ["active", "suspended"])
def test_new_mandate_ends_the_one_that_stood(standing: str) -> None:
    customer = new_customer()
    former = change(new_mandate(customer), standing)

    mandate = new_mandate(customer)

    former.refresh_from_db()
    assert former.status == "revoked"
    assert mandate.mandate_reference == f"BAL-{customer.number}-2"
    assert queries.active_mandate(customer) == mandate


def test_reference_is_never_given_out_twice() -> None:
    customer = new_customer()

    references = [new_mandate(customer).mandate_reference for _ in range(3)]

    assert references == [f"BAL-{customer.number}-{count}" for count in (1, 2, 3)]


def test_each_change_is_a_row_and_a_line_in_the_trail() -> None:
    mandate = new_mandate(new_customer())

    change(mandate, "suspended")
    change(mandate, "suspended")
    change(mandate, "active")

    assert life_of(mandate) == ["active", "suspended", "active"]
    events = AuditEvent.objects.filter(subject_kind="mandate", subject_id=mandate.pk)
    assert [event.event for event in events.order_by("pk")] == [
        "mandate.active",
        "mandate.suspended",
        "mandate.active",
    ]


@pytest.mark.parametrize("ended", ["revoked", "lapsed"])
def test_ended_mandate_never_comes_back(ended: str) -> None:
    mandate = change(new_mandate(new_customer()), ended)

    mandate = change(mandate, "active")

    assert mandate.status == ended
    assert life_of(mandate) == ["active", ended]


@pytest.mark.postgres
def test_second_active_mandate_is_refused_in_words() -> None:
    customer = new_customer()
    suspended = change(new_mandate(customer), "suspended")
    suspended_since = MandateChange.objects.count()
    Mandate.objects.create(
        customer=customer,
        mandate_reference="OTHER",
        debtor_name="x",
        iban=THEIR_IBAN,
        signed_on=TODAY,
        given_at=NOW,
    )

    with pytest.raises(UnableToGiveMandate, match="another mandate"):
        change(suspended, "active")

    assert MandateChange.objects.count() == suspended_since


def test_last_day_presented_only_moves_forward() -> None:
    mandate = new_mandate(new_customer())

    actions.mark_presented(mandates=[mandate.pk], on=TODAY)
    actions.mark_presented(mandates=[mandate.pk], on=TODAY - timedelta(days=9))

    mandate.refresh_from_db()
    assert mandate.last_presented_on == TODAY


def obstacle(mandate: Mandate, *, on: date) -> str | None:
    found = queries.obstacle_to_collect(mandate, on=on, policy=POLICY)
    return found.code if found else None


def test_active_mandate_may_be_collected_on_from_the_day_it_was_given() -> None:
    mandate = new_mandate(new_customer())

    assert obstacle(mandate, on=TODAY) is None
    assert obstacle(mandate, on=TODAY - timedelta(days=1)) == "signed_later"


@pytest.mark.parametrize("status", ["suspended", "revoked", "lapsed"])
def test_mandate_that_does_not_stand_is_not_collected_on(status: str) -> None:
    assert obstacle(change(new_mandate(new_customer()), status), on=TODAY) == "not_active"


def test_mandate_lapses_36_months_after_it_was_last_presented() -> None:
    mandate = new_mandate(new_customer())

    assert obstacle(mandate, on=date(2029, 11, 22)) is None
    assert obstacle(mandate, on=date(2029, 11, 23)) == "lapsed"
    mandate.last_presented_on = date(2027, 1, 31)
    assert obstacle(mandate, on=date(2030, 1, 30)) is None
    assert obstacle(mandate, on=date(2030, 1, 31)) == "lapsed"


def test_mandate_with_a_damaged_account_number_is_not_collected_on() -> None:
    mandate = new_mandate(new_customer())
    mandate.iban = "NL40RABO0300065264"

    assert obstacle(mandate, on=TODAY) == "iban"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_text_names_creditor_and_the_weeks_of_the_policy(language: str) -> None:
    text = queries.mandate_text(policy=POLICY, language=language)

    assert POLICY.company.name in text
    assert POLICY.company.creditor_identifier in text
    assert {"nl": "binnen 8 weken", "en": "within 8 weeks"}[language] in text


def test_desk_looks_at_the_active_mandate_else_the_last_one() -> None:
    customer = new_customer()
    first = new_mandate(customer)
    second = new_mandate(customer)

    assert queries.latest_mandate(customer) == second
    change(second, "suspended")
    assert queries.latest_mandate(customer) == second
    assert queries.active_mandates(customer_ids=[customer.pk]) == {}
    assert first.mandate_reference < second.mandate_reference
