"""Where the desk's pages stand, below /balie/."""

from datetime import date

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from balie.faces.desk import (
    article_views,
    bank_views,
    collection_views,
    customer_views,
    held_views,
    invoice_views,
    ticket_views,
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
    path("beloften/", views.promises, name="promises"),
    path("vragen/", ticket_views.queue, name="queue"),
    path("vragen/<str:number>/", ticket_views.ticket, name="ticket"),
    path("vragen/<str:number>/antwoord/", ticket_views.answer, name="answer"),
    path("vragen/<str:number>/notitie/", ticket_views.note, name="note"),
    path("vragen/<str:number>/toewijzen/", ticket_views.assign, name="assign"),
    path("vragen/<str:number>/nemen/", ticket_views.take, name="take"),
    path("vragen/<str:number>/sluiten/", ticket_views.close, name="close"),
    path("vragen/<str:number>/geen-antwoord/<int:pk>/", ticket_views.needs_none, name="needs_none"),
    path("vragen/<str:number>/betwisting/", ticket_views.end_dispute, name="end_dispute"),
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
    path("klanten/", customer_views.customers, name="customers"),
    path("klanten/<str:number>/", customer_views.customer, name="customer"),
    path("facturen/", invoice_views.invoices, name="invoices"),
    path("facturen/<str:number>/", invoice_views.invoice, name="invoice"),
    path("facturen/<str:number>/pdf/", invoice_views.invoice_pdf, name="invoice_pdf"),
    path("facturen/<str:number>/vrijgeven/", invoice_views.release, name="release"),
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
