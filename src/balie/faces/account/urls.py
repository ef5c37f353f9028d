"""Where signing in and one's own account stand, at the root of the site."""

from django.urls import path

from balie.faces.account import account_views, factor_views, sign_in_views

app_name = "account"
urlpatterns = [
    path("inloggen/", sign_in_views.sign_in, name="sign_in"),
    path("inloggen/code/", sign_in_views.ask_code, name="ask_code"),
    path("inloggen/code/invullen/", sign_in_views.enter_code, name="enter_code"),
    path("inloggen/passkey/", sign_in_views.prove_passkey, name="prove_passkey"),
    path("inloggen/passkey/vraag/", sign_in_views.passkey_question, name="passkey_question"),
    path("inloggen/tweede-stap/", sign_in_views.second_step, name="second_step"),
    path("uitloggen/", sign_in_views.sign_out, name="sign_out"),
    path("account/", account_views.overview, name="overview"),
    path("account/wachtwoord/", account_views.password, name="password"),
    path("account/sessies/einde/", account_views.end_others, name="end_others"),
    path("account/sessies/<int:pk>/einde/", account_views.end_session, name="end_session"),
    path("account/tweede-factor/", factor_views.add, name="add_factor"),
    path("account/passkey/", factor_views.add_passkey, name="add_passkey"),
    path("account/passkey/vraag/", factor_views.passkey_question, name="new_passkey_question"),
    path("account/herstelcodes/", factor_views.recovery_codes, name="recovery_codes"),
    path("account/factor/<int:pk>/weg/", factor_views.remove, name="remove_factor"),
]
