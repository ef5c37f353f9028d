"""Where the portal's pages stand, below /klant/."""

from django.urls import path

from balie.faces.portal import mandate_views, question_views, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("klant/<str:number>/", views.choose_customer, name="choose_customer"),
    path("facturen/", views.invoices, name="invoices"),
    path("facturen/<str:number>/", views.invoice, name="invoice"),
    path("facturen/<str:number>/pdf/", views.invoice_pdf, name="invoice_pdf"),
    path("vragen/", question_views.questions, name="questions"),
    path("vragen/<str:number>/", question_views.question, name="question"),
    path("vraag/", question_views.ask, name="ask"),
    path("incasso/<str:end_to_end_id>/betwisten/", question_views.dispute, name="dispute"),
    path("machtiging/", mandate_views.mandate, name="mandate"),
    path("machtiging/intrekken/", mandate_views.revoke, name="revoke_mandate"),
]
