"""Reads about changes of address: by link, of an account, for the desk, and what proves them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from balie.apps.banking.models import EntrySlice
from balie.apps.credentials.models import AddressChange, AddressNotice, AddressStep, AddressTransfer
from balie.apps.credentials.queries.recovery import accounts_meant_by, hash_of
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee, Hold, User
from balie.apps.customers.viewer import Viewer
from balie.domain.address_change import Proof, Standing
from balie.domain.policy import Policy

State = AddressChange.State
DESK = ("user__contact", "touched_by", "approved_by")
NOT_WHOLE = Q(proven_at__isnull=True) | Q(confirmed_at__isnull=True)
FILE = ("slice__entry__statement__file",)


def address_secret(nonce: str) -> str:
    """Derive the secret (256 bits) of the link to the page of a change, mailed to the new address.

    The key is kept outside the database.
    """
    return salted_hmac("balie.credentials.address", nonce, algorithm="sha256").hexdigest()


def stop_secret(nonce: str) -> str:
    """Derive the secret of a link that stops a change; no other link has the same."""
    return salted_hmac("balie.credentials.address-stop", nonce, algorithm="sha256").hexdigest()


def change_address_link(nonce: str) -> str:
    """Return the address to mail to the new address: only under the configured base (A5)."""
    return f"{_base()}/inloggegevens/adres/{address_secret(nonce)}/"


def stop_link(nonce: str) -> str:
    """Return the address to mail to who may stop a change."""
    return f"{_base()}/inloggegevens/adres/stop/{stop_secret(nonce)}/"


def _base() -> str:
    return settings.BALIE_BASE_URL.rstrip("/")


def change_of(secret: str) -> AddressChange | None:
    """Return the change whose page a secret opens, or None."""
    return (
        AddressChange.objects.filter(secret_sha256=hash_of(secret)).select_related("user").first()
    )


def notice_of(secret: str) -> AddressNotice | None:
    """Return the warning whose link this is, with its change, or None."""
    return (
        AddressNotice.objects.filter(secret_sha256=hash_of(secret))
        .select_related("change__user", "contact__user")
        .first()
    )


def takes_proof(change: AddressChange, *, now: datetime) -> bool:
    """Tell whether something may still be proven behind the link of a change.

    What was replaced or belongs to nobody takes the same steps, so that its page tells nothing.
    """
    is_whole = change.proven_at is not None and change.confirmed_at is not None
    return looks_open(change, now=now) and (is_whole or now < change.expires_at)


def looks_open(change: AddressChange, *, now: datetime) -> bool:
    """Tell whether the page of a change shows it as open, whatever happened to it.

    What a stranger started and did not prove tells him nothing of the account: not that it exists,
    not that its owner stopped it, nor when a job let it lapse: its time alone counts (safety, A4).
    """
    if is_hidden(change):
        return now < change.expires_at
    return change.state == State.OPEN


def is_hidden(change: AddressChange) -> bool:
    """Tell whether the page of a change keeps silent on what became of it."""
    return change.channel == AddressChange.Channel.PUBLIC and change.proven_at is None


def contact_of_or_none(user: User) -> Contact | None:
    """Return the contact who signs in with an account; None for an employee."""
    return Contact.objects.filter(user=user).first()


def contact_of(user: User) -> Contact:
    """Return the contact who signs in with an account. Raises Contact.DoesNotExist."""
    return Contact.objects.get(user=user)


def contacts_beside(contact: Contact) -> list[Contact]:
    """Return a contact and everybody who serves one of his customers: all who are warned."""
    served = CustomerContact.objects.filter(contact=contact).values("customer")
    return list(
        Contact.objects.filter(Q(pk=contact.pk) | Q(roles__customer__in=served))
        .distinct()
        .select_related("user")
        .order_by("pk")
    )


def owners_beside(contact: Contact) -> set[int]:
    """Return who owns one of the customers a contact serves, by id: they may stop his change."""
    served = CustomerContact.objects.filter(contact=contact).values("customer")
    owners = CustomerContact.objects.filter(customer__in=served, role=CustomerContact.Role.OWNER)
    return set(owners.values_list("contact", flat=True))


def customers_of(change: AddressChange) -> list[Customer]:
    """Return the customers the account of a change serves."""
    return list(Customer.objects.filter(contacts__user=change.user_id).order_by("pk"))


def account_to_change(identifier: str) -> User | None:
    """Return the one account a stranger's words mean: of several at a customer, its only owner."""
    found = [user for user in accounts_meant_by(identifier) if contact_of_or_none(user)]
    if len(found) > 1:
        owners = CustomerContact.objects.filter(
            contact__user__in=found, role=CustomerContact.Role.OWNER
        ).values("contact__user")
        found = list(User.objects.filter(pk__in=owners))
    return found[0] if len(found) == 1 else None


def started_for(user: User, *, since: datetime) -> int:
    """Return how many changes strangers started for an account since a moment."""
    return AddressChange.objects.filter(
        user=user, channel=AddressChange.Channel.PUBLIC, started_at__gt=since
    ).count()


def started_from(network: str, *, since: datetime) -> int:
    """Return how many changes were started from a network (by its key) since a moment."""
    return AddressChange.objects.filter(network=network, started_at__gt=since).count()


def mails_to_new_address(address: str, *, since: datetime) -> int:
    """Return how many changes to an address were started since a moment: each mails it once."""
    return AddressChange.objects.filter(new_email__iexact=address, started_at__gt=since).count()


def employees() -> int:
    """Return how many employees can sign in."""
    return Employee.objects.filter(user__is_active=True).count()


def is_newcomer(employee: Employee, *, policy: Policy, now: datetime) -> bool:
    """Tell whether somebody works here too short to count as second employee or as witness."""
    since = now - timedelta(days=policy.credentials.employee_days)
    return not customers.has_worked_since(employee, since)


def wrong_codes_beside(change: AddressChange, *, now: datetime) -> int:
    """Return how many wrong recovery codes were tried for its account in the last day.

    Those of changes that were started in public count apart: strangers use up none of his.
    """
    tried = AddressStep.objects.filter(
        change__user=change.user,
        kind=AddressStep.Kind.WRONG_CODE,
        at__gt=now - timedelta(days=1),
    )
    public = {"change__channel": AddressChange.Channel.PUBLIC}
    is_public = change.channel == AddressChange.Channel.PUBLIC
    return (tried.filter(**public) if is_public else tried.exclude(**public)).count()


def has_proven_beside(change: AddressChange) -> bool:
    """Tell whether another open change of the account is proven: none takes its place."""
    others = AddressChange.objects.filter(user=change.user, state=State.OPEN).exclude(pk=change.pk)
    return others.filter(proven_at__isnull=False).exists()


def standing_of(change: AddressChange) -> Standing:
    """Return what the rule has to know of a change."""
    return standings_of([change])[change.pk]


def standings_of(changes: Sequence[AddressChange]) -> dict[int, Standing]:
    """Return the same of several changes by id, in one query: which earlier one can be stopped."""
    made = AddressChange.objects.filter(
        user__in={one.user_id for one in changes if one.user_id},
        state=State.COMPLETED,
        stoppable_until__isnull=False,
    )
    ends = {one.pk: (one.user_id, one.stoppable_until) for one in made}
    return {
        change.pk: Standing(
            proof=_as_proof(change.proof),
            proven_at=change.proven_at,
            is_confirmed=change.confirmed_at is not None,
            touched_at=change.touched_at,
            works_alone=change.works_alone,
            is_approved=change.approved_by_id is not None,
            not_before=max(
                (
                    until
                    for pk, (user, until) in ends.items()
                    if until is not None and user == change.user_id and pk != change.pk
                ),
                default=None,
            ),
        )
        for change in changes
    }


def _as_proof(value: str) -> Proof:
    known: dict[str, Proof] = {
        "second_factor": "second_factor",
        "recovery_code": "recovery_code",
        "bank": "bank",
        "witnesses": "witnesses",
    }
    return known.get(value, "")


def has_codes() -> bool:
    """Tell whether anybody was ever given a code to transfer with."""
    return AddressChange.objects.exists()


def judged_slices() -> QuerySet[AddressTransfer, int]:
    """Return the slices (by id) that were looked at already and wait for a person."""
    return AddressTransfer.objects.filter(claim__isnull=True).values_list("slice_id", flat=True)


def employee_who_brought(slice: EntrySlice) -> Employee | None:  # noqa: A002
    """Return the employee who uploaded the bank file of a transfer; None for the bank's channel."""
    kind, _, identity = slice.entry.statement.file.received_by.partition(":")
    if kind != "employee" or not identity.isdecimal():
        return None
    return Employee.objects.filter(pk=int(identity)).first()


def had_a_hand(change: AddressChange) -> set[int]:
    """Return the employees (by id) who touched a change, saw something, or brought its proof."""
    proven = change.transfers.filter(verdict=AddressTransfer.Verdict.PROVEN)
    brought = [employee_who_brought(one.slice) for one in proven.select_related(*FILE)]
    return {
        *({change.touched_by_id} if change.touched_by_id else ()),
        *change.witnesses.values_list("employee", flat=True),
        *(one.pk for one in brought if one is not None),
    }


def hold_reason(change: AddressChange) -> str:
    """Return what a hold says that came of this change; by it the hold is found again."""
    return f"address change {change.pk}"


def holds_of(change: AddressChange) -> QuerySet[Hold]:
    """Return the holds that came of a change and were not lifted."""
    return Hold.objects.filter(
        customer__in=customers_of(change), reason=hold_reason(change), lifted_at__isnull=True
    )


def change_for(*, viewer: Viewer, pk: int) -> AddressChange:
    """Return one change a viewer may see. Raises AddressChange.DoesNotExist."""
    return changes_for(viewer=viewer).select_related(*DESK).get(pk=pk)


def changes_of_customer(customer: Customer, *, now: datetime) -> list[AddressChange]:
    """Return what the customer's card shows: open changes, and made ones that can be stopped."""
    stoppable = Q(state=State.COMPLETED, stoppable_until__gt=now)
    found = AddressChange.objects.filter(
        Q(state=State.OPEN) | stoppable, user__contact__customers=customer
    )
    return list(found.select_related(*DESK).order_by("-pk"))


def waiting_for_approval() -> int:
    """Return how many proven changes wait for a second employee."""
    return (
        AddressChange.objects.filter(
            state=State.OPEN,
            proven_at__isnull=False,
            touched_by__isnull=False,
            approved_by__isnull=True,
            works_alone=False,
        )
        .exclude(proof=AddressChange.Proof.WITNESSES)
        .count()
    )


def open_change_for(*, viewer: Viewer) -> AddressChange | None:
    """Return the open change of the account that looks, or None."""
    return changes_for(viewer=viewer).filter(state=State.OPEN).first()


def changes_for(*, viewer: Viewer) -> QuerySet[AddressChange]:
    """Return the changes a viewer may see: an employee all of known accounts, a contact his own."""
    found = AddressChange.objects.filter(user__isnull=False).order_by("-pk")
    if viewer.is_employee:
        return found
    return found.filter(user__contact=viewer.person_id)


def waiting_changes() -> list[AddressChange]:
    """Return the open changes that are proven: what they still wait for may be over."""
    return list(
        AddressChange.objects.filter(state=State.OPEN, proven_at__isnull=False).order_by("pk")
    )


def expired_changes(*, now: datetime) -> list[AddressChange]:
    """Return the open changes that were not both proven and confirmed in time."""
    late = AddressChange.objects.filter(state=State.OPEN, expires_at__lte=now)
    return list(late.filter(NOT_WHOLE).order_by("pk"))


def alarming_transfers() -> QuerySet[AddressTransfer]:
    """Return the transfers that quoted a code and proved nothing, and nobody has seen yet."""
    return (
        AddressTransfer.objects.filter(claim__isnull=True, seen_at__isnull=True)
        .select_related("slice__entry", "change__user")
        .order_by("-pk")
    )


def credentials_free_at(change: AddressChange) -> datetime | None:
    """Return until when logins of the account are held because of this change (UTC), or None."""
    holds = holds_of(change).filter(blocks=Hold.Blocks.CREDENTIALS)
    return holds.order_by("-until_at").values_list("until_at", flat=True).first()


def masked_address(address: str) -> str:
    """Return enough of an address to recognise it and too little to write to: `j•••@nieuw.nl`."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}•••@{host}"
