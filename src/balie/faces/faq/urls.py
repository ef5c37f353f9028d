"""Where the public pages stand, at the root of the site."""

from django.urls import path

from balie.faces.faq import (
    address_views,
    asker_views,
    call_back_views,
    fitting_views,
    order_views,
    question_views,
    recovery_views,
    views,
)

app_name = "faq"
urlpatterns = [
    path("", views.index, name="index"),
    path("antwoord/<slug:anchor>/hielp/", views.helped, name="helped"),
    path("beloften/", views.promises, name="promises"),
    path("vraag/", question_views.ask, name="ask"),
    path("vraag/passend/", fitting_views.fitting, name="fitting"),
    path("vraag/passend/<slug:anchor>/open/", fitting_views.opened, name="fitting_opened"),
    path("vraag/passend/<slug:anchor>/hielp/", fitting_views.helped, name="fitting_helped"),
    path("bestellen/", order_views.catalogue, name="catalogue"),
    path("bestellen/gedaan/", order_views.ordered, name="ordered"),
    path("bestellen/<str:code>/", order_views.order, name="order"),
    path("terugbellen/", call_back_views.call_back, name="call_back"),
    path("vraag/gesteld/<str:token>/", question_views.asked, name="asked"),
    path("vraag/bevestigen/<str:secret>/", asker_views.confirm, name="confirm"),
    path("vraag/geholpen/<str:token>/<str:choice>/", asker_views.helped_by, name="helped_by"),
    path("inloggegevens/", recovery_views.recover, name="recover"),
    path("inloggegevens/verzonden/", recovery_views.recover_sent, name="recover_sent"),
    path("inloggegevens/nieuw/<str:secret>/", recovery_views.open_link, name="open_link"),
    path("inloggegevens/wachtwoord/", recovery_views.choose_password, name="choose_password"),
    path("inloggegevens/control-panels/", recovery_views.panel_passwords, name="panel_passwords"),
    path("inloggegevens/adres/", address_views.start, name="address_start"),
    path("inloggegevens/adres/verzonden/", address_views.sent, name="address_sent"),
    path("inloggegevens/adres/stop/<str:secret>/", address_views.stop, name="address_stop"),
    path("inloggegevens/adres/<str:secret>/", address_views.status, name="address"),
    path(
        "inloggegevens/adres/<str:secret>/bevestigen/",
        address_views.confirm,
        name="address_confirm",
    ),
    path(
        "inloggegevens/adres/<str:secret>/herstelcode/",
        address_views.recovery_code,
        name="address_code",
    ),
    path("taal/<str:language>/", views.language, name="language"),
]
