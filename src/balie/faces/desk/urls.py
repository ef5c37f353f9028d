"""Where the desk's pages stand, below /balie/."""

from datetime import date

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from balie.faces.desk import (
    article_views,
    bank_views,
    call_views,
    collection_views,
    customer_views,
    held_views,
    invoice_views,
    ledger_views,
    letter_views,
    mail_views,
    promise_views,
    reply_views,
    search_views,
    sorting_views,
    staffing_views,
    ticket_views,
    triage_views,
    typing_views,
    views,
    work_list_views,
)


class DayConverter(StringConverter):
    """A day in an address: `2026-11-24`."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:  # type: ignore[override]
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:  # type: ignore[override]
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "desk"
urlpatterns = [
    path("", views.today, name="today"),
    path("beloften/", promise_views.promises, name="promises"),
    path("beloften/haalbaar/", promise_views.feasible, name="feasible"),
    path("beloften/gemist/<int:pk>/oorzaak/", promise_views.name_cause, name="name_cause"),
    path("telefoon/", call_views.phone, name="phone"),
    path("telefoon/nu/", call_views.ringing, name="ringing"),
    path("telefoon/nieuw/", call_views.new_call, name="new_call"),
    path("telefoon/opschrijven/", call_views.log_call, name="log_call"),
    path("telefoon/toestel/", call_views.set_extension, name="set_extension"),
    path("telefoon/cijfers/", call_views.figures, name="phone_figures"),
    path("vragen/bijlage/<int:pk>/", call_views.attachment, name="attachment"),
    path("vragen/<str:number>/gesproken/", call_views.reached, name="reached"),
    path("vragen/<str:number>/niet-bereikt/", call_views.not_reached, name="not_reached"),
    path("vragen/<str:number>/bedankt/<int:pk>/", call_views.only_thanks, name="only_thanks"),
    path("vragen/", ticket_views.queue, name="queue"),
    path("vragen/<str:number>/", ticket_views.ticket, name="ticket"),
    path("vragen/<str:number>/antwoord/", ticket_views.answer, name="answer"),
    path("vragen/<str:number>/notitie/", ticket_views.note, name="note"),
    path("vragen/<str:number>/toewijzen/", ticket_views.assign, name="assign"),
    path("vragen/<str:number>/nemen/", ticket_views.take, name="take"),
    path("vragen/<str:number>/sluiten/", ticket_views.close, name="close"),
    path("vragen/<str:number>/geen-antwoord/<int:pk>/", ticket_views.needs_none, name="needs_none"),
    path("vragen/<str:number>/toch-antwoord/<int:pk>/", ticket_views.needs_one, name="needs_one"),
    path("vragen/<str:number>/betwisting/", ticket_views.end_dispute, name="end_dispute"),
    path("vragen/<str:number>/samenvoegen/", sorting_views.merge, name="merge"),
    path("vragen/<str:number>/losmaken/<int:pk>/", sorting_views.unmerge, name="unmerge"),
    path("vragen/<str:number>/splitsen/", sorting_views.split, name="split"),
    path("vragen/<str:number>/koppelen/", sorting_views.link, name="link"),
    path("vragen/<str:number>/ontkoppelen/<str:other>/", sorting_views.unlink, name="unlink"),
    path("vragen/<str:number>/mail/<int:pk>/tonen/", mail_views.show_mail, name="show_mail"),
    path("vragen/<str:number>/label/", sorting_views.add_tag, name="add_tag"),
    path("vragen/<str:number>/label/<str:name>/weg/", sorting_views.remove_tag, name="remove_tag"),
    path("vragen/<str:number>/concept/", typing_views.save_draft, name="save_draft"),
    path("vragen/<str:number>/aanwezig/", typing_views.be_present, name="be_present"),
    path("vragen/<str:number>/terughalen/<int:pk>/", typing_views.take_back, name="unsend"),
    path("vragen/<str:number>/standaard/", reply_views.choices, name="reply_choices"),
    path("standaardantwoorden/", reply_views.replies, name="replies"),
    path("standaardantwoorden/nieuw/", reply_views.new_reply, name="new_reply"),
    path("standaardantwoorden/<int:pk>/", reply_views.reply, name="reply"),
    path("standaardantwoorden/<int:pk>/wijzigen/", reply_views.change_reply, name="change_reply"),
    path("standaardantwoorden/<int:pk>/weg/", reply_views.retire, name="retire_reply"),
    path("zoeken/", search_views.search, name="search"),
    path("artikelen/", article_views.articles, name="articles"),
    path("artikelen/nieuw/", article_views.new, name="new_article"),
    path("artikelen/<slug:anchor>/plaats/", article_views.move, name="move_article"),
    path("artikelen/<slug:anchor>/<str:language>/", article_views.article, name="article"),
    path("artikelen/<slug:anchor>/<str:language>/tekst/", article_views.write, name="write"),
    path("artikelen/<slug:anchor>/<str:language>/tonen/", article_views.publish, name="publish"),
    path(
        "artikelen/<slug:anchor>/<str:language>/weghalen/", article_views.withdraw, name="withdraw"
    ),
    path(
        "vragen/<str:number>/artikel/<int:pk>/",
        article_views.new_from_answer,
        name="article_from_answer",
    ),
    path("triage/", triage_views.triage, name="triage"),
    path("triage/cijfers/", triage_views.figures, name="triage_figures"),
    path("triage/<str:number>/aannemen/", triage_views.accept, name="triage_accept"),
    path("triage/<str:number>/geven/", triage_views.give, name="triage_give"),
    path("ploeg/", staffing_views.roster, name="roster"),
    path("ploeg/uren/", staffing_views.add_shift, name="add_shift"),
    path("ploeg/uren/<int:pk>/einde/", staffing_views.end_shift, name="end_shift"),
    path("ploeg/dagen/", staffing_views.add_exception, name="add_exception"),
    path("ploeg/dagen/<int:pk>/weg/", staffing_views.remove_exception, name="remove_exception"),
    path("ploeg/mensen/", staffing_views.staff, name="staff"),
    path("ploeg/mensen/<int:pk>/", staffing_views.set_person, name="set_person"),
    path("ploeg/vaardigheden/", staffing_views.add_skill, name="add_skill"),
    path("ploeg/regels/", staffing_views.rules, name="rules"),
    path("ploeg/regels/erbij/", staffing_views.add_rule, name="add_rule"),
    path("ploeg/regels/<int:pk>/", staffing_views.rule, name="rule"),
    path("ploeg/regels/<int:pk>/wijzigen/", staffing_views.change_rule, name="change_rule"),
    path("ploeg/regels/<int:pk>/aan-uit/", staffing_views.switch_rule, name="switch_rule"),
    path("ploeg/regels/<int:pk>/omhoog/", staffing_views.raise_rule, name="raise_rule"),
    path("ploeg/regels/<int:pk>/weg/", staffing_views.remove_rule, name="remove_rule"),
    path("klanten/", customer_views.customers, name="customers"),
    path("klanten/<str:number>/", customer_views.customer, name="customer"),
    path("post/", mail_views.post, name="post"),
    path("post/<int:pk>/", mail_views.mail, name="post_mail"),
    path("post/<int:pk>/opmaak/", mail_views.layout, name="post_html"),
    path("post/<int:pk>/bron/", mail_views.source, name="post_source"),
    path("post/<int:pk>/vraag/", mail_views.ask, name="post_ask"),
    path("post/<int:pk>/geen-vraag/", mail_views.set_mail_aside, name="post_aside"),
    path("mails/", letter_views.letters, name="letters"),
    path("mails/<slug:kind>/<slug:language>/", letter_views.letter, name="letter"),
    path(
        "mails/<slug:kind>/<slug:language>/bewaren/",
        letter_views.save_letter,
        name="save_letter",
    ),
    path(
        "mails/<slug:kind>/<slug:language>/voorbeeld/",
        letter_views.preview_letter,
        name="preview_letter",
    ),
    path(
        "mails/<slug:kind>/<slug:language>/terug/",
        letter_views.shipped_letter,
        name="shipped_letter",
    ),
    path("facturen/", invoice_views.invoices, name="invoices"),
    path("facturen/<str:number>/", invoice_views.invoice, name="invoice"),
    path("facturen/<str:number>/pdf/", invoice_views.invoice_pdf, name="invoice_pdf"),
    path("facturen/<str:number>/vrijgeven/", invoice_views.release, name="release"),
    path("boekhouding/", ledger_views.books, name="books"),
    path("boekhouding/xaf/<int:year>/", ledger_views.audit, name="book_audit"),
    path("boekhouding/<slug:name>/", ledger_views.report, name="book"),
    path("boekhouding/<slug:name>/<slug:ending>/", ledger_views.download, name="book_file"),
    path("bank/", bank_views.bank, name="bank"),
    path("bank/inlezen/", bank_views.upload, name="upload"),
    path("bank/te-plaatsen/", work_list_views.work_list, name="work_list"),
    path("bank/te-plaatsen/<int:pk>/", work_list_views.place, name="place"),
    path(
        "bank/te-plaatsen/<int:pk>/rekening/", work_list_views.place_on_account, name="place_ledger"
    ),
    path("bank/geplaatst/<int:pk>/terug/", work_list_views.take_back, name="take_back"),
    path("bank/aangehouden/<int:pk>/", held_views.statement, name="held"),
    path("bank/aangehouden/<int:pk>/opzij/", held_views.set_aside, name="set_aside"),
    path("bank/aangehouden/<int:pk>/corrigeren/", held_views.correct, name="correct"),
    path("bank/aangehouden/<int:pk>/opnieuw/", held_views.take_up_again, name="take_up_again"),
    path("bank/geweigerd/<int:pk>/gezien/", held_views.dismiss_file, name="dismiss_file"),
    path("bank/vooraf/<int:pk>/gezien/", held_views.dismiss_notice, name="dismiss_notice"),
    path("incasso/", collection_views.batches, name="batches"),
    path("incasso/aangekondigd/<day:day>/", collection_views.announced, name="announced"),
    path("incasso/mislukt/", collection_views.returned, name="returned"),
    path("incasso/<str:message_id>/", collection_views.batch, name="batch"),
    path("incasso/<str:message_id>/bestand/", collection_views.batch_file, name="batch_file"),
]
