"""What is held of questions: tickets, mails, calls, and who of us answers them."""

from balie.apps.office.privacy.fields import held, nobody

QUESTIONS = (
    held(
        *("tickets.Ticket", "asker", "contract", "erasure"),
        contact="asker_name asker_email",
        content="subject",
        trace="opened_at closed_at closed_by",
        technical=(
            "id number channel customer contact asker_confirmed language team assignee merged_into"
            " due_at open_questions"
        ),
    ),
    held(
        *("tickets.Message", "asker", "contract", "erasure"),
        contact="author_name",
        content="body",
        trace="written_at delivered_at undelivered_at",
        technical="id ticket origin kind employee contact source",
    ),
    held(
        *("tickets.RawSource", "asker", "contract", "erasure"),
        content="content sha256",
        trace="received_at",
        technical="id channel",
    ),
    held(
        *("tickets.InboundMail", "asker", "contract", "erasure"),
        contact="from_name from_address",
        content="subject parts faults why hold_back decided_why",
        trace="taken_at stored_at placed_at shown_at shown_by decided_by decided_at",
        technical=(
            "id source content_key size_bytes is_whole named kind has_html trust place attempts"
            " message ticket"
        ),
    ),
    held(
        *("tickets.Attachment", "asker", "contract", "erasure"),
        content="name",
        trace="kept_at",
        technical="id message content_type size stored",
    ),
    held(
        *("tickets.StoredFile", "asker", "contract", "erasure"),
        content="content sha256",
        technical="id",
    ),
    held(
        *("tickets.Question", "asker", "contract", "erasure"),
        trace="needs_none_at needs_none_by",
        technical="id message ticket promise answer bounces",
    ),
    held(
        *("tickets.Draft", "employee", "contract", "erasure"),
        content="body",
        trace="saved_at",
        technical="id ticket employee kind version",
    ),
    held(
        *("tickets.Satisfaction", "asker", "interest", "erasure"),
        content="is_happy remark",
        trace="given_at",
        technical="id message",
    ),
    held(
        *("tickets.AskerConfirmation", "asker", "contract", "erasure"),
        credential="nonce secret_sha256",
        trace="issued_at used_at",
        technical="id ticket",
    ),
    held(
        *("tickets.Call", "anybody", "interest", "short"),
        contact="number called",
        trace="started_at answered_at ended_at call_back_at settled_at heard_at agent",
        technical="id source call_id direction queue choice employee outcome ticket events_taken",
    ),
    held(
        *("tickets.CallEvent", "employee", "interest", "trail"),
        trace="at received_at agent",
        technical="id call event choice outcome",
    ),
    held(
        *("tickets.Caller", "anybody", "interest", "short"),
        contact="number",
        trace="last_missed_at",
        technical="id ticket missed",
    ),
    held(
        *("tickets.CallBack", "asker", "contract", "short"),
        contact="number",
        content="suits",
        trace="requested_at",
        technical="id ticket",
    ),
    held(
        *("tickets.PhoneTalk", "asker", "contract", "erasure"),
        trace="at",
        technical="id ticket call employee message reached",
    ),
    held(
        *("tickets.AnswerVisit", "anybody", "interest", "short"),
        trace="opened_at helped_at asked_at",
        technical="id key anchor",
    ),
    held(
        *("tickets.RosterException", "employee", "contract", "employment"),
        content="reason",
        technical="id employee period_start period_end starts ends",
    ),
    held(
        *("tickets.Shift", "employee", "contract", "employment"),
        technical="id employee kind weekday starts ends period_start period_end",
    ),
    held(
        *("tickets.Presence", "employee", "interest", "short"),
        trace="seen_at typed_at",
        technical="id ticket employee",
    ),
    held(
        *("tickets.EmployeeSkill", "employee", "contract", "employment"),
        technical="id employee skill",
    ),
    held(
        *("tickets.Extension", "employee", "contract", "employment"),
        technical="id extension employee",
    ),
    held(
        *("tickets.TeamMember", "employee", "contract", "employment"),
        technical="id team employee is_lead",
    ),
    nobody("tickets.About", "id ticket service invoice"),
    nobody("tickets.Assignment", "id ticket team employee", trace="assigned_at assigned_by"),
    nobody("tickets.BrokenPromise", "id question lead asker_told", trace="raised_at"),
    nobody("tickets.MailCopy", "id mail folder uid_validity uid", trace="marked_at"),
    nobody(
        "tickets.MailFolder",
        "id name uid_validity settled_uid left_behind reached_at failing_since last_error",
    ),
    nobody(
        "tickets.Merge", "id ticket into moved", trace="merged_at merged_by undone_at undone_by"
    ),
    nobody("tickets.PerhapsBelongsTo", "id ticket other why", trace="noted_at"),
    nobody("tickets.PromiseWarning", "id question employee after_bounces", trace="warned_at"),
    # Counts of word stems from questions, from which no sentence can be made again.
    nobody("tickets.RoutingModel", "id version trained_at examples figures sha256 content"),
    nobody(
        "tickets.RoutingRule",
        "id position words sender_domain topic team skill is_on",
        trace="changed_at changed_by",
    ),
    nobody(
        "tickets.SavedReply", "id name body_nl body_en retired_at", trace="changed_at changed_by"
    ),
    nobody("tickets.Skill", "id code name_nl name_en"),
    nobody(
        "tickets.Suggestion",
        "id ticket team employee skill certainty evidence model suggested_at",
        trace="accepted_at accepted_by overruled_at overruled_by",
    ),
    nobody("tickets.Tag", "id name"),
    nobody("tickets.Team", "id code name_nl name_en"),
    nobody("tickets.TicketLink", "id ticket other kind", trace="linked_at linked_by"),
    nobody("tickets.TicketTag", "id ticket tag", trace="tagged_at tagged_by"),
    nobody("articles.Article", "id anchor position", trace="created_at created_by"),
    nobody(
        "articles.ArticleText",
        "id article language number title keywords body",
        trace="written_at written_by author_name",
    ),
    nobody(
        "articles.Publication", "id article language number text", trace="published_at published_by"
    ),
    nobody("articles.Reaction", "id article language day helped did_not_help"),
    nobody("promises.Miss", "id promise cause", trace="missed_at noticed_at"),
    nobody(
        "promises.PolicyVersion", "id number content takes_effect_at", trace="stored_at stored_by"
    ),
    nobody(
        "promises.Promise",
        "id kind policy_version made_at due_at guaranteed_by same_day_by usual_by kept_at"
        " withdrawn_at",
    ),
)
