"""The forms of an account: signing in, the first administrator, a person's own settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from raccord.accounts import sign_in_limits
from raccord.accounts.models import User
from raccord.web.base.forms import Password

PASSWORD_RULES = _(
    "At least 10 characters. Not your name or address, and not a password that many people use. "
    "Three or four words in a row are long and easy to keep in mind."
)
LOOKS = [("", _("Like my device")), ("light", _("Light")), ("dark", _("Dark"))]


class SignInForm(AuthenticationForm):
    """E-mail and password; says the same for a wrong password and an unknown address."""

    error_messages = {
        "invalid_login": _("This e-mail and password do not belong together."),
        "inactive": _("This account is switched off."),
        "too_many": _("Too many attempts. Wait a quarter of an hour, then try again."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("E-mail"),
            widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            strip=False,
            widget=Password(attrs={"autocomplete": "current-password"}),
        )

    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("username", "")
        address = self.request.META["REMOTE_ADDR"] if self.request else ""
        if not sign_in_limits.note_attempt(email, address=address):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        cleaned = super().clean()
        sign_in_limits.forget_attempts(email, address=address)
        return cleaned


class SetUpForm(forms.Form):
    """Who the new administrator is."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Your colleagues see it beside what you change."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        help_text=_("You sign in with it."),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=Password(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_RULES,
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=Password(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise ValidationError(_("There is an account of this address already."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords differ."))
        if password:
            person = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            self._check_strength(password, person)
        return cleaned

    def _check_strength(self, password: str, person: User) -> None:
        try:
            validate_password(password, person)
        except ValidationError as error:
            self.add_error("password", error)


class NewPasswordForm(PasswordChangeForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = Password(attrs=field.widget.attrs)
        self.fields["new_password1"].help_text = PASSWORD_RULES


class ProfileForm(forms.Form):
    """What a person says about themselves and how Raccord should look for them."""

    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("Like my browser")), *settings.LANGUAGES],
    )
    theme = forms.ChoiceField(label=_("Look"), required=False, choices=LOOKS)
