"""Customers pay, contacts sign in, employees answer; a hold blocks credentials or money."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class UserAccounts(BaseUserManager["User"]):
    """Finds a user by e-mail address whatever its case, as Django's sign-in asks for it."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user whose address is `username`, compared without case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who can sign in. `email` is the address on file: secrets go nowhere else."""

    email = models.EmailField(max_length=254)
    email_changed_at = models.DateTimeField()
    is_active = models.BooleanField(default=True)
    # The time step (30 s since 1970) of the last one-time code: none of it or before works again.
    last_code_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserAccounts()

    class Meta:
        """One account per address, whatever the case it was typed in."""

        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="customers_user_email_unique"),
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is bound to: another password or another address on file ends it."""
        bound_to = f"{self.password} {self.email} {self.email_changed_at.timestamp()!r}"
        return salted_hmac(
            "balie.customers.session", bound_to, secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def language(self) -> str:
        """The language of the contact or employee who signs in with this account, else Dutch."""
        contacts = Contact.objects.filter(user=self).values_list("language", flat=True)
        employees = Employee.objects.filter(user=self).values_list("language", flat=True)
        return next(iter(contacts.union(employees)), "nl")


class Customer(models.Model):
    """The person or company that pays. `number` is what he knows himself by (`K10023`)."""

    class Kind(models.TextChoices):
        """Consumers have rights businesses lack (billing, dunning)."""

        CONSUMER = "consumer"
        BUSINESS = "business"

    number = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=140)
    kind = models.CharField(max_length=10, choices=Kind)
    street = models.CharField(max_length=70)
    house_number = models.CharField(max_length=16)
    postcode = models.CharField(max_length=16)
    city = models.CharField(max_length=35)
    country = models.CharField(max_length=2, default="NL")
    vat_number = models.CharField(max_length=20, blank=True)
    kvk_number = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=2, default="nl")
    created_at = models.DateTimeField()

    class Meta:
        """Two kinds, no third."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["consumer", "business"]),
                name="customers_customer_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Contact(models.Model):
    """A person who signs in, for one customer or for several."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="contact")
    name = models.CharField(max_length=140)
    phone = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=2, default="nl")
    customers = models.ManyToManyField(Customer, through="CustomerContact", related_name="contacts")

    def __str__(self) -> str:
        return self.name


class CustomerContact(models.Model):
    """What a contact is to a customer."""

    class Role(models.TextChoices):
        """Owner sees all; finance the money; technical the services."""

        OWNER = "owner"
        FINANCE = "finance"
        TECHNICAL = "technical"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="roles")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=10, choices=Role)
    since_at = models.DateTimeField()

    class Meta:
        """One role per contact and customer."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "contact"], name="customers_one_role_per_contact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} is {self.role} of {self.customer_id}"


class Invitation(models.Model):
    """Access that was offered to an address; a role comes of it when its mailbox is proven.

    `name` is what the inviter typed. The secret of the link is derived from `nonce` under a key
    outside the database; only its hash is kept.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=140)
    role = models.CharField(max_length=10, choices=CustomerContact.Role)
    nonce = models.CharField(max_length=64, unique=True)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=80)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """One open invitation per customer and address, whatever its case."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                models.F("customer"),
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="customers_one_open_invitation",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("invited_at")),
                name="customers_invitation_expires_after_issue",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="customers_invitation_accepted_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Employee(models.Model):
    """Somebody on our side of the desk."""

    class Role(models.TextChoices):
        """Agent answers, finance handles money, admin appoints."""

        AGENT = "agent"
        FINANCE = "finance"
        ADMIN = "admin"

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="employee")
    name = models.CharField(max_length=140)
    role = models.CharField(max_length=10, choices=Role)
    language = models.CharField(max_length=2, default="nl")

    def __str__(self) -> str:
        return self.name


class SignIn(models.Model):
    """One try to sign in: what to wait for after failures, and who was in lately.

    `account` and `network` are keyed hashes (of an account, of what was typed, of an IP network):
    they can be counted, not read. `user` is the account that was meant, where there is one.
    """

    class Way(models.TextChoices):
        """With what; `second` is the code or passkey that comes beside it."""

        PASSWORD = "password"  # noqa: S105 - the name of a way, no password
        CODE = "code"
        PASSKEY = "passkey"
        LINK = "link"
        SECOND = "second"

    account = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=Way)
    has_succeeded = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        """Failures are counted per account and per network since a moment."""

        indexes: ClassVar = [
            models.Index(fields=["account", "at"], name="customers_sign_in_account"),
            models.Index(fields=["network", "at"], name="customers_sign_in_network"),
            models.Index(fields=["user", "at"], name="customers_sign_in_user"),
        ]

    def __str__(self) -> str:
        return f"sign-in {self.pk}"


class SignInCodeRequest(models.Model):
    """Somebody asked for a code by mail. The view stores what was typed, a job looks it up."""

    identifier = models.CharField(max_length=254)
    network = models.CharField(max_length=64)  # a keyed hash, as in SignIn
    language = models.CharField(max_length=2)
    requested_at = models.DateTimeField()
    looked_up_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in code request {self.pk}"


class SignInCode(models.Model):
    """A code that was mailed. It is derived from `nonce` under a key outside the database."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=64, unique=True)
    is_counted = models.BooleanField()  # towards the mails of a day; not from a known network
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        """One standing code per account: who asks again gets the same one."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at__isnull=True, voided_at__isnull=True),
                name="customers_one_standing_code_per_account",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")),
                name="customers_code_expires_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"sign-in code {self.pk}"


class Hold(models.Model):
    """Blocks credentials or money of one customer, until a moment or until lifted."""

    class Blocks(models.TextChoices):
        """What may not happen while the hold stands; `new_iban` is only what goes elsewhere.

        Debits on the account that was there go on: no mandate on another account, no repayment.
        """

        CREDENTIALS = "credentials"
        MONEY = "money"
        NEW_IBAN = "new_iban"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="holds")
    blocks = models.CharField(max_length=12, choices=Blocks)
    reason = models.CharField(max_length=200)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=80)
    until_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """A hold ends after it begins."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(until_at__isnull=True)
                | models.Q(until_at__gt=models.F("placed_at")),
                name="customers_hold_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.blocks} of {self.customer_id}: {self.reason}"
