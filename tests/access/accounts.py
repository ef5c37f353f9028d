"""What the watched customer has of sign-in, panels and changes of address."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from balie.apps.banking.queries import unclaimed_slices
from balie.apps.credentials.actions import addresses
from balie.apps.credentials.models import AddressTransfer
from balie.apps.customers import invitations
from balie.apps.customers.models import Customer, CustomerContact, Invitation, User
from balie.apps.services import actions as services
from balie.apps.services.models import PanelChange, PanelKind
from balie.infra.audit import SYSTEM, Actor
from tests.apps.building import NOW, new_service
from tests.faces.desk.building import contact_of

Examples = dict[str, dict[str, str]]


def of_accounts(watched: Customer) -> Examples:
    """A role, a panel and a change of address of the watched customer's."""
    role = CustomerContact.objects.get(customer=watched)
    invited = {"pk": str(_invitation(watched).pk)}
    return {
        **_of_addresses(watched),
        **_of_panels(watched),
        "klant/toegang/": {"pk": str(role.pk)},
        "klant/toegang/uitnodiging/": invited,
        "balie/klanten/<str:number>/uitnodigingen/": invited,
        "klant/uitnodiging/": {"secret": "nobodyknows"},
        "balie/klanten/<str:number>/kijken/": {"pk": str(role.pk)},
        "balie/klanten/<str:number>/inloggegevens/": {"pk": str(role.pk)},
        "balie/privacy/wissen/": {"pk": str(role.contact_id)},
    }


def _invitation(watched: Customer) -> Invitation:
    return invitations.invite(
        customer=watched,
        name="Els",
        email="els@kanarievogel.example",
        role="technical",
        is_proven=False,
        by=SYSTEM,
        now=NOW,
    )


def of_sessions(client: Client, user: User) -> Examples:
    """A session and a second factor of customer A's, as his own page lists them."""
    session = UserSession.objects.create(
        user=user, ip="127.0.0.1", session_key=client.session.session_key, user_agent="test"
    )
    factor = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return {
        "account/sessies/": {"pk": str(session.pk)},
        "account/factor/": {"pk": str(factor.pk)},
    }


def _of_addresses(watched: Customer) -> Examples:
    contact = contact_of(watched)
    change = addresses.start_in_portal(
        user=contact.user,
        new_email="elders@kanarievogel.example",
        factor_id=None,
        language="nl",
        by=Actor("contact", contact.pk, contact.name),
        now=NOW,
    )
    alarm = AddressTransfer.objects.create(
        change=change,
        slice=unclaimed_slices().earliest("pk"),
        verdict=AddressTransfer.Verdict.WRONG_ACCOUNT,
        judged_at=NOW,
    )
    return {
        "inloggegevens/adres/": {"secret": "nobodyknows"},
        "balie/adressen/": {"pk": str(change.pk)},
        "balie/adressen/alarm/": {"pk": str(alarm.pk)},
    }


def _of_panels(watched: Customer) -> Examples:
    panel = services.add_panel(
        code="da1",
        name="Server 1",
        kind=PanelKind.SIMULATED,
        base_address="",
        user_name="balie",
        by=SYSTEM,
        now=NOW,
    )
    service = new_service(watched)
    account = services.note_account(
        service=service, user_name="kanarie", panel=panel, package="basis", by=SYSTEM, now=NOW
    )
    failed = PanelChange.objects.create(
        account=account,
        verb="suspend",
        reason="test",
        asked_at=NOW,
        asked_by="system",
        outcome="failed",
        ended_at=NOW,
    )
    return {
        "klant/paneel/": {"service": str(service.pk)},
        "balie/panelen/": {"code": panel.code},
        "balie/panelen/mislukt/": {"pk": str(failed.pk)},
        "balie/klanten/<str:number>/paneel/": {"pk": str(account.pk)},
    }
