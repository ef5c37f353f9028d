"""Where the desk's pages stand, below /balie/."""

from datetime import date

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from balie.faces.desk import (
    bank_views,
    collection_views,
    customer_views,
    invoice_views,
    ticket_views,
    views,
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
    path("klanten/", customer_views.customers, name="customers"),
    path("klanten/<str:number>/", customer_views.customer, name="customer"),
    path("facturen/", invoice_views.invoices, name="invoices"),
    path("facturen/<str:number>/", invoice_views.invoice, name="invoice"),
    path("facturen/<str:number>/pdf/", invoice_views.invoice_pdf, name="invoice_pdf"),
    path("facturen/<str:number>/vrijgeven/", invoice_views.release, name="release"),
    path("bank/", bank_views.bank, name="bank"),
    path("bank/inlezen/", bank_views.upload, name="upload"),
    path("bank/te-plaatsen/", bank_views.work_list, name="work_list"),
    path("bank/te-plaatsen/<int:pk>/", bank_views.place, name="place"),
    path("incasso/", collection_views.batches, name="batches"),
    path("incasso/aangekondigd/<day:day>/", collection_views.announced, name="announced"),
    path("incasso/mislukt/", collection_views.returned, name="returned"),
    path("incasso/<str:message_id>/", collection_views.batch, name="batch"),
    path("incasso/<str:message_id>/bestand/", collection_views.batch_file, name="batch_file"),
]
