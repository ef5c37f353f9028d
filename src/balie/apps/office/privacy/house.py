"""What the plumbing holds, and the register as a whole."""

from balie.apps.office.privacy.credentials import CREDENTIALS
from balie.apps.office.privacy.fields import Held, held, nobody
from balie.apps.office.privacy.money import MONEY
from balie.apps.office.privacy.people import PEOPLE
from balie.apps.office.privacy.questions import QUESTIONS

HOUSE = (
    # Ids, states and figures. Names stand in it of employees alone: what they did stays theirs.
    held(
        *("infra.AuditEvent", "anybody", "law", "trail"),
        trace="at by_kind by_id by_name",
        technical="id event subject_kind subject_id data",
    ),
    nobody("infra.Seal", "id number previous_sha256 sealed_at events members sha256"),
    nobody("infra.UnsealedEvent", "event"),
    nobody("infra.HaltEvent", "id what halted reason", trace="at by_kind by_id by_name"),
    nobody(
        "infra.Job",
        "id name arguments dedupe state next_attempt_at attempts claimed_by"
        " claimed_until finished_at last_error",
    ),
    nobody(
        "infra.MailText",
        "id kind language version subject body is_shipped",
        trace="edited_at edited_by",
    ),
    # Template and ids; who gets it is named by (kind, id), the words are made when it is sent.
    held(
        *("infra.OutboxRow", "contact", "contract", "erasure"),
        content="payload last_error bounce_reason",
        trace="created_at first_attempt_at accepted_at closed_at bounced_at",
        technical=(
            "id kind event recipient_kind recipient_id message_id wait_until not_after"
            " next_attempt_at state attempts unknown_outcomes claimed_until follow_up_pending"
        ),
    ),
    nobody("infra.Schedule", "id name job every_seconds daily_at next_at"),
    nobody("infra.Sequence", "id series last_number"),
    nobody("office.FolderFault", "id name code values since_at"),
    nobody("office.RoundStep", "id day step finished_at receipt"),
)
REGISTER: tuple[Held, ...] = (*PEOPLE, *CREDENTIALS, *QUESTIONS, *MONEY, *HOUSE)
