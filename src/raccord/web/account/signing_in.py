"""Sign in, sign out, and the link with which the first administrator makes their account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from raccord.accounts import set_up_links
from raccord.accounts.models import User
from raccord.web.account.forms import SetUpForm, SignInForm
from raccord.web.sign_in_wall import open_to_all

sign_in = open_to_all(
    LoginView.as_view(
        form_class=SignInForm,
        template_name="account/sign_in.html",
        redirect_authenticated_user=True,
        extra_context={"first_run": lambda: not User.objects.exists()},
    )
)
sign_out = open_to_all(LogoutView.as_view())


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a set-up link: who are you? Then the person is signed in."""
    if not set_up_links.is_valid(token):
        return _refuse(request)
    form = SetUpForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "account/set_up.html", {"form": form})
    try:
        person = set_up_links.use(
            token,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
        )
    except set_up_links.LinkNotValid:  # used by somebody else since this page was opened
        return _refuse(request)
    _keep_language(person, request)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    welcome = _("Welcome to Raccord, %(name)s. Your account is ready.") % {"name": person.name}
    messages.success(request, welcome)
    return redirect("home")


def _keep_language(person: User, request: HttpRequest) -> None:
    """The one they saw, and may have chosen, while they made their account."""
    person.language = request.LANGUAGE_CODE
    person.save(update_fields=["language"])


def _refuse(request: HttpRequest) -> HttpResponse:
    return render(request, "account/set_up_expired.html", status=410)
