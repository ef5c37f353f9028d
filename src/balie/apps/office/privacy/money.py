"""What is held of money and of what was sold: the books and what proves them, for seven years."""

from balie.apps.office.privacy.fields import Held, held, nobody


def books(label: str, names: str, **others: str) -> Held:
    """A table of the books: the law has them kept for seven years (AWR art. 52)."""
    return held(label, "customer", "law", "seven_years", financial=names, **others)


MONEY = (
    books(
        "banking.BankAccount",
        "iban name opening_cents",
        trace="registered_at registered_by",
        technical="id",
    ),
    books(
        "banking.EntryNotice",
        "amount_cents booked_on bank_reference end_to_end_id return_reason payment_information_id"
        " counterparty_name counterparty_iban text",
        trace="announced_at seen_at seen_by seen_because",
        technical="id file bank_account fingerprint occurrence entry",
    ),
    books(
        "banking.EntrySlice",
        "amount_cents charges_cents counterparty_name counterparty_iban end_to_end_id"
        " mandate_reference payment_information_id structured_reference return_reason"
        " return_started_by transaction_code text",
        technical="id entry position",
    ),
    books(
        "banking.SliceClaim",
        "claimant journal_entry reason",
        trace="claimed_at claimed_by undone_at undone_by",
        technical="id slice",
    ),
    books(
        "banking.Statement",
        "number opening_cents opened_on closing_cents closed_on held_because difference_cents",
        trace="recorded_at booked_at decided_at decided_by decided_because",
        technical="id file position bank_account format identity state previous",
    ),
    books(
        "banking.StatementEntry",
        "amount_cents booked_on value_date bank_reference journal_entry",
        technical="id statement bank_account position fingerprint occurrence",
    ),
    books(
        "banking.StatementFile",
        "content refusals",
        trace="received_at received_by taken_in_at refused_at seen_at seen_by seen_because",
        technical="id sha256 name",
    ),
    books(
        "billing.Allocation",
        "amount_cents booked_on",
        trace="allocated_at allocated_by",
        technical="id invoice kind payment credit_note event",
    ),
    books(
        "billing.CreditNote",
        "series year sequence number issued_on net_cents vat_cents total_cents unallocated_cents"
        " reason",
        trace="issued_at issued_by",
        technical="id invoice journal_entry policy_version",
    ),
    books(
        *("billing.CreditNoteDocument", "content sha256"),
        trace="rendered_at",
        technical="id credit_note",
    ),
    books(
        "billing.CreditNoteLine",
        "period_start period_end net_cents vat_cents",
        technical="id credit_note position invoice_line",
    ),
    books(
        "billing.Invoice",
        "series year sequence number payment_reference issued_on due_on net_cents vat_cents"
        " total_cents open_cents addressee pay_by mandate_reference vat_treatment",
        trace="issued_at",
        technical="id customer language policy_version journal_entry vat_check",
    ),
    books("billing.InvoiceDocument", "content sha256", trace="rendered_at", technical="id invoice"),
    books(
        "billing.InvoiceHold",
        "kind until_at",
        trace="placed_at placed_by lifted_at lifted_by",
        technical="id invoice",
    ),
    books(
        "billing.InvoiceLine",
        "description domain_name period_start period_end net_cents vat_rate_basis_points vat_cents"
        " credited_at credited_cents stopped_on",
        technical="id invoice position service kind",
    ),
    books(
        "billing.Payment",
        "amount_cents unallocated_cents received_on evidence",
        trace="recorded_at recorded_by undone_at undone_by",
        technical="id customer claim",
    ),
    # What proves that VAT was reversed to him, or why it was not.
    books(
        "billing.VatNumberCheck",
        "vat_number outcome reference holder",
        trace="asked_at asked_by",
        technical="id customer",
    ),
    books(
        "billing.WriteOff",
        "amount_cents reason",
        trace="written_off_at written_off_by",
        technical="id invoice journal_entry",
    ),
    books(
        "directdebit.Collection",
        "end_to_end_id amount_cents collection_date charge_back_until final_on settled_on",
        trace="announced_at",
        technical="id customer mandate batch policy_version state claim",
    ),
    books(
        "directdebit.CollectionBatch",
        "message_id payment_information_id collection_date total_cents count content sha256",
        trace="frozen_at frozen_by handed_over_at",
        technical="id state",
    ),
    books("directdebit.CollectionPart", "amount_cents", technical="id collection invoice live"),
    books(
        "directdebit.CollectionStep",
        "state",
        trace="reached_at reached_by",
        technical="id collection",
    ),
    books(
        "directdebit.Dispute",
        "outcome",
        trace="opened_at opened_by closed_at closed_by",
        technical="id collection ticket",
    ),
    books(
        "directdebit.RTransaction",
        "kind reason_code amount_cents booked_on",
        trace="recorded_at",
        technical="id collection claim",
    ),
    books(
        "directdebit.StatusFile",
        "content outcome",
        trace="received_at received_by",
        technical="id sha256",
    ),
    nobody("ledger.Account", "id code name_nl name_en rgs_code"),
    books("ledger.JournalEntry", "key booked_on description", trace="recorded_at", technical="id"),
    books("ledger.Posting", "amount_cents", technical="id entry account customer"),
    books(
        "mandates.Mandate",
        "mandate_reference scheme debtor_name iban signed_on status last_presented_on",
        trace="given_at",
        technical="id customer",
    ),
    books(
        "mandates.MandateChange",
        "to_status reason",
        trace="changed_at changed_by",
        technical="id mandate",
    ),
    # What proves that a mandate was given; the bank may ask for it 13 months after a debit.
    books(
        "mandates.MandateEvidence",
        "kind text text_sha256",
        contact="email ip_address user_agent",
        trace="given_by recorded_at",
        technical="id mandate",
    ),
    books(
        "office.ForeignInvoice",
        "source key number issued_on due_on net_cents vat_cents open_cents rates",
        trace="taken_over_at",
        technical="id customer journal_entry",
    ),
    # The row as it came from another system: that of a customer is emptied when he is erased.
    held(
        *("office.ImportedRow", "customer", "contract", "erasure"),
        content="raw",
        trace="staged_at committed_at",
        technical="id source kind key sha256 file_name line made_id",
    ),
    books("services.Domain", "name", technical="id customer"),
    books(
        "services.Order",
        "placed_at accepted_at refused_at refused_because begin_at_once agreed_text",
        trace="placed_by accepted_by refused_by",
        technical="id customer contact form_key",
    ),
    books(
        "services.OrderLine",
        "term price_cents setup_cents domain_name",
        technical="id order position product service",
    ),
    books(
        "services.Ending",
        "kind ends_on credit_cents reason",
        trace="asked_at asked_by taken_back_at taken_back_by",
        technical="id service",
    ),
    books(
        "services.Move",
        "from_customer to_customer",
        trace="moved_at moved_by",
        technical="id service",
    ),
    books(
        "services.PlannedChange",
        "term price_cents from_on old_price_cents",
        trace="asked_at asked_by applied_at taken_back_at taken_back_by",
        technical="id service kind product old_product",
    ),
    nobody(
        "services.PriceChange", "id product term price_cents valid_from", trace="made_at made_by"
    ),
    nobody("services.ProductOption", "id product option"),
    books("services.RenewalNotice", "term_start", trace="announced_at", technical="id service"),
    books(
        "services.Suspension",
        "fact reason",
        trace="placed_at placed_by lifted_at lifted_by",
        technical="id service",
    ),
    books(
        "services.Service",
        "term price_cents started_on anchor_day next_period_start ended_on",
        technical="id customer product order domain option_of",
    ),
    nobody(
        "services.Product",
        "id code name_nl name_en monthly_cents yearly_cents needs_domain has_panel vat_category"
        " setup_cents includes_domain is_offered",
    ),
    nobody(
        "services.Panel",
        "id code name kind base_address user_name added_at halted_at halted_reason",
    ),
    held(
        *("services.PanelAccount", "customer", "contract", "erasure"),
        contact="user_name",
        technical="id service panel package state",
    ),
    nobody(
        "services.PanelAttempt",
        "id account change verb outcome detail",
        trace="started_at started_by",
    ),
    nobody(
        "services.PanelChange",
        "id account verb reason outcome detail ended_at",
        trace="asked_at asked_by seen_at seen_by",
    ),
    nobody("services.PanelComparison", "id panel compared_at ours theirs failure"),
    held(
        *("services.PanelDifference", "customer", "contract", "erasure"),
        contact="user_name",
        technical="id panel account kind ours theirs found_at gone_at",
    ),
    nobody("services.PanelHandOver", "id account signature_sha256", trace="arrived_at"),
)
