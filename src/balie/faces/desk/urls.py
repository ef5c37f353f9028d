"""Where the desk's pages stand, below /balie/."""

from django.urls import path

from balie.faces.desk import bank_views, collection_views, customer_views, ticket_views, views

app_name = "desk"
urlpatterns = [
    path("", views.today, name="today"),
    path("beloften/", views.promises, name="promises"),
    path("vragen/", ticket_views.queue, name="queue"),
    path("vragen/<str:number>/", ticket_views.ticket, name="ticket"),
    path("vragen/<str:number>/antwoord/", ticket_views.answer, name="answer"),
    path("vragen/<str:number>/notitie/", ticket_views.note, name="note"),
    path("vragen/<str:number>/toewijzen/", ticket_views.assign, name="assign"),
    path("vragen/<str:number>/sluiten/", ticket_views.close, name="close"),
    path("vraag/<int:pk>/geen-antwoord/", ticket_views.needs_none, name="needs_none"),
    path("betwisting/<int:pk>/", ticket_views.end_dispute, name="end_dispute"),
    path("klanten/", customer_views.customers, name="customers"),
    path("klanten/<str:number>/", customer_views.customer, name="customer"),
    path("facturen/<str:number>/", customer_views.invoice, name="invoice"),
    path("facturen/<str:number>/pdf/", customer_views.invoice_pdf, name="invoice_pdf"),
    path("facturen/<str:number>/vrijgeven/", customer_views.release, name="release"),
    path("bank/", bank_views.bank, name="bank"),
    path("bank/inlezen/", bank_views.upload, name="upload"),
    path("bank/te-plaatsen/", bank_views.work_list, name="work_list"),
    path("bank/te-plaatsen/<int:pk>/", bank_views.place, name="place"),
    path("incasso/", collection_views.batches, name="batches"),
    path("incasso/<str:message_id>/", collection_views.batch, name="batch"),
    path("incasso/<str:message_id>/bestand/", collection_views.batch_file, name="batch_file"),
]
