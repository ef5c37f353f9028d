"""What is held of how people sign in, lose their login, and change the address it is sent to."""

from balie.apps.office.privacy.fields import held

CREDENTIALS = (
    held(
        *("credentials.RecoveryRequest", "anybody", "contract", "short"),
        contact="identifier network",
        trace="started_by requested_at looked_up_at",
        technical="id language account matched",
    ),
    held(
        *("credentials.RecoveryLink", "contact", "contract", "erasure"),
        credential="nonce secret_sha256",
        trace="issued_at used_at voided_at",
        technical="id user request promise expires_at",
    ),
    held(
        *("credentials.RecoveryMiss", "anybody", "interest", "short"),
        contact="network",
        trace="tried_at",
        technical="id",
    ),
    held(
        *("credentials.PanelPassword", "contact", "contract", "erasure"),
        trace="chosen_at",
        technical="id link account",
    ),
    held(
        *("credentials.AddressChange", "contact", "contract", "erasure"),
        contact="identifier network old_email new_email",
        content="closed_because",
        credential="nonce secret_sha256 bank_code",
        trace=(
            "started_at started_by looked_up_at confirmed_at proven_at touched_at touched_by"
            " approved_at approved_by completed_at closed_at closed_by"
        ),
        technical=(
            "id user channel language state expires_at proof last_factor wrong_codes works_alone"
            " stoppable_until"
        ),
    ),
    held(
        *("credentials.AddressNotice", "contact", "contract", "erasure"),
        credential="nonce secret_sha256",
        trace="bounced_at",
        technical="id change contact is_old_address may_put_back",
    ),
    held(
        *("credentials.AddressStep", "contact", "contract", "erasure"),
        trace="at by",
        technical="id change kind",
    ),
    held(
        *("credentials.AddressTransfer", "customer", "contract", "seven_years"),
        financial="slice claim",
        trace="judged_at seen_at seen_by",
        technical="id change verdict",
    ),
    held(
        *("credentials.AddressWitness", "contact", "interest", "trail"),
        content="text",
        trace="at",
        technical="id change employee",
    ),
    # Who tried to sign in, from which network: the attempts of a stranger are in it too.
    held(
        *("customers.SignIn", "anybody", "interest", "short"),
        contact="account network",
        trace="at",
        technical="id user way has_succeeded",
    ),
    held(
        *("customers.SignInCode", "contact", "contract", "short"),
        credential="nonce",
        trace="issued_at used_at voided_at",
        technical="id user is_counted expires_at",
    ),
    held(
        *("customers.SignInCodeRequest", "anybody", "contract", "short"),
        contact="identifier network",
        trace="requested_at looked_up_at",
        technical="id language",
    ),
    held(
        *("sessions.Session", "anybody", "contract", "short"),
        credential="session_key session_data",
        technical="expire_date",
    ),
    held(
        *("usersessions.UserSession", "contact", "contract", "short"),
        contact="ip user_agent",
        credential="session_key",
        content="data",
        trace="created_at last_seen_at",
        technical="id user",
    ),
    held(
        *("mfa.Authenticator", "contact", "contract", "erasure"),
        credential="type data",
        trace="created_at last_used_at",
        technical="id user",
    ),
    # Tables of the library for signing in. The address on file is `customers.User.email`.
    held(
        *("account.EmailAddress", "contact", "contract", "erasure"),
        contact="email",
        technical="id user verified primary",
    ),
    held(
        *("account.EmailConfirmation", "contact", "contract", "erasure"),
        credential="key",
        trace="created sent",
        technical="id email_address",
    ),
)
