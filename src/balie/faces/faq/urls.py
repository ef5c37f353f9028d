"""Where the public pages stand, at the root of the site."""

from django.urls import path

from balie.faces.faq import (
    asker_views,
    call_back_views,
    fitting_views,
    order_views,
    question_views,
    sign_in_views,
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
    path("inloggen/", sign_in_views.sign_in, name="sign_in"),
    path("uitloggen/", sign_in_views.sign_out, name="sign_out"),
    path("inloggegevens/", sign_in_views.recover, name="recover"),
    path("inloggegevens/verzonden/", sign_in_views.recover_sent, name="recover_sent"),
    path("inloggegevens/nieuw/<str:secret>/", sign_in_views.new_password, name="new_password"),
    path("taal/<str:language>/", views.language, name="language"),
]
