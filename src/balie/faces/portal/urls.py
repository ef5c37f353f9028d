"""Where the portal's pages stand, below /klant/."""

from django.urls import path

from balie.faces.portal import (
    address_views,
    arrival_views,
    call_back_views,
    invitation_views,
    invoice_views,
    mandate_views,
    panel_views,
    people_views,
    privacy_views,
    question_views,
    views,
)

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("klant/<slug:number>/", views.choose_customer, name="choose_customer"),
    path("facturen/", invoice_views.invoices, name="invoices"),
    path("facturen/<slug:number>/", invoice_views.invoice, name="invoice"),
    path("facturen/<slug:number>/pdf/", invoice_views.invoice_pdf, name="invoice_pdf"),
    path("vragen/", question_views.questions, name="questions"),
    path("vragen/<slug:number>/", question_views.question, name="question"),
    path("vragen/bijlage/<int:pk>/", question_views.attachment, name="attachment"),
    path("vraag/", question_views.ask, name="ask"),
    path("gegevens/", privacy_views.privacy, name="privacy"),
    path("gegevens/ophalen/", privacy_views.download, name="download_data"),
    path("terugbellen/", call_back_views.call_back, name="call_back"),
    path("incasso/<slug:end_to_end_id>/betwisten/", question_views.dispute, name="dispute"),
    path("adres/", address_views.address, name="address"),
    path("adres/wijzigen/", address_views.change, name="change_address"),
    path("adres/herstelcode/", address_views.saved_code, name="address_code"),
    path("adres/stoppen/", address_views.cancel, name="cancel_address"),
    path("toegang/", people_views.people, name="people"),
    path("toegang/<int:pk>/rol/", people_views.change_role, name="change_role"),
    path("toegang/<int:pk>/weg/", people_views.remove, name="remove_person"),
    path(
        "toegang/uitnodiging/<int:pk>/intrekken/",
        people_views.withdraw,
        name="withdraw_invitation",
    ),
    path("uitnodiging/<str:secret>/", invitation_views.invitation, name="invitation"),
    path("van-paneel/<slug:code>/", arrival_views.arrive, name="arrive"),
    path("paneel/<int:service>/", panel_views.open_panel, name="open_panel"),
    path("machtiging/", mandate_views.mandate, name="mandate"),
    path("machtiging/geven/", mandate_views.give, name="give_mandate"),
    path("machtiging/intrekken/", mandate_views.revoke, name="revoke_mandate"),
]
