"""Where the portal's pages stand, below /klant/."""

from django.urls import path

from balie.faces.portal import (
    address_views,
    call_back_views,
    invoice_views,
    mandate_views,
    question_views,
    service_views,
    views,
)

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("klant/<slug:number>/", views.choose_customer, name="choose_customer"),
    path("facturen/", invoice_views.invoices, name="invoices"),
    path("facturen/jaar/<int:year>/", invoice_views.invoices_of_year, name="invoices_of_year"),
    path("facturen/adres/", address_views.address, name="address"),
    path("facturen/<slug:number>/", invoice_views.invoice, name="invoice"),
    path("facturen/<slug:number>/pdf/", invoice_views.invoice_pdf, name="invoice_pdf"),
    path("diensten/", service_views.services, name="services"),
    path("diensten/<int:pk>/", service_views.service, name="service"),
    path("diensten/<int:pk>/pakket/", service_views.plans, name="plans"),
    path("diensten/<int:pk>/pakket/houden/", service_views.keep_plan, name="keep_plan"),
    path("diensten/<int:pk>/pakket/<str:code>/", service_views.change_plan, name="change_plan"),
    path("diensten/<int:pk>/opzeggen/", service_views.cancel, name="cancel"),
    path("diensten/<int:pk>/houden/", service_views.keep, name="keep"),
    path("diensten/<int:pk>/herroepen/", service_views.withdraw, name="withdraw"),
    path("diensten/<int:pk>/herroepen/bewijs/", service_views.withdrawn, name="withdrawn"),
    path("vragen/", question_views.questions, name="questions"),
    path("vragen/<slug:number>/", question_views.question, name="question"),
    path("vragen/bijlage/<int:pk>/", question_views.attachment, name="attachment"),
    path("vraag/", question_views.ask, name="ask"),
    path("terugbellen/", call_back_views.call_back, name="call_back"),
    path("incasso/<slug:end_to_end_id>/betwisten/", question_views.dispute, name="dispute"),
    path("machtiging/", mandate_views.mandate, name="mandate"),
    path("machtiging/geven/", mandate_views.give, name="give_mandate"),
    path("machtiging/intrekken/", mandate_views.revoke, name="revoke_mandate"),
]
