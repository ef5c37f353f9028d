"""What is held of people: customers, contacts, and employees."""

from balie.apps.office.privacy.fields import held, nobody

PEOPLE = (
    held(
        *("customers.User", "contact", "contract", "erasure"),
        contact="email",
        credential="password",
        trace="last_login email_changed_at created_at",
        technical="id is_active last_code_step",
    ),
    held(
        *("customers.Customer", "customer", "contract", "erasure"),
        contact="name street house_number postcode city country",
        financial="vat_number kvk_number",
        trace="created_at",
        technical="id number kind language",
    ),
    held(
        *("customers.Contact", "contact", "contract", "erasure"),
        contact="name phone",
        technical="id user language",
    ),
    held(
        *("customers.CustomerContact", "contact", "contract", "erasure"),
        trace="since_at",
        technical="id customer contact role",
    ),
    held(
        *("customers.Invitation", "anybody", "contract", "short"),
        contact="email name",
        credential="nonce secret_sha256",
        trace="invited_by invited_at accepted_at withdrawn_at",
        technical="id customer role expires_at",
    ),
    held(
        *("customers.Employee", "employee", "contract", "employment"),
        contact="name",
        technical="id user role language",
    ),
    held(
        *("customers.Hold", "customer", "interest", "seven_years"),
        content="reason",
        trace="placed_at placed_by lifted_at lifted_by",
        technical="id customer blocks until_at",
    ),
    nobody("auth.Group", "id name"),
    nobody("auth.Group_permissions", "id group permission"),
    nobody("auth.Permission", "id name content_type codename"),
    nobody("contenttypes.ContentType", "id app_label model"),
)
