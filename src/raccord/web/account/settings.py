"""A person's own settings: name, language, look, password."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.web.account.forms import LOOKS, NewPasswordForm, ProfileForm
from raccord.web.base.person import signed_in
from raccord.web.sign_in_wall import open_to_all

ONE_YEAR = 365 * 24 * 3600


def account(request: HttpRequest) -> HttpResponse:
    """Name, language and look of the signed-in person."""
    person = signed_in(request)
    known = {name: getattr(person, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        for name in form.changed_data:
            setattr(person, name, form.cleaned_data[name])
        person.save(update_fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("account")
    return render(request, "account/account.html", {"form": form})


class PasswordScreen(PasswordChangeView):
    """Changes one's own password; every other session of that person ends."""

    form_class = NewPasswordForm
    template_name = "account/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, _("Your password was changed."))
        return super().form_valid(form)


@open_to_all
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language for the person, and in a cookie for the time before they sign in."""
    language = request.POST.get("language", "")
    response = _back(request)
    if language not in dict(settings.LANGUAGES) or not check_for_language(language):
        return response
    if request.user.is_authenticated:
        person = signed_in(request)
        person.language = language
        person.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=ONE_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
def choose_look(request: HttpRequest) -> HttpResponse:
    """Light, dark, or like the person's device."""
    look = request.POST.get("look", "")
    if look in dict(LOOKS):
        person = signed_in(request)
        person.theme = look
        person.save(update_fields=["theme"])
    return _back(request)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page where the choice was made, if it is one of ours."""
    page = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return HttpResponseRedirect(page)
    return HttpResponseRedirect(reverse("home"))
