"""Where the public pages stand, at the root of the site."""

from django.urls import path

from balie.faces.faq import question_views, sign_in_views, views

app_name = "faq"
urlpatterns = [
    path("", views.index, name="index"),
    path("antwoord/<slug:anchor>/hielp/", views.helped, name="helped"),
    path("beloften/", views.promises, name="promises"),
    path("vraag/", question_views.ask, name="ask"),
    path("vraag/gesteld/<str:token>/", question_views.asked, name="asked"),
    path("inloggen/", sign_in_views.sign_in, name="sign_in"),
    path("uitloggen/", sign_in_views.sign_out, name="sign_out"),
    path("inloggegevens/", sign_in_views.recover, name="recover"),
    path("inloggegevens/verzonden/", sign_in_views.recover_sent, name="recover_sent"),
    path("inloggegevens/nieuw/<str:secret>/", sign_in_views.new_password, name="new_password"),
    path("taal/<str:language>/", views.language, name="language"),
]
