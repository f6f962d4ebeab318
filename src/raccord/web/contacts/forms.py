"""A contact's form, built from the project's fields.

It carries, hidden beside each control, the value that it was rendered with: what somebody else
changed meanwhile is then told from what this person changed (see `contacts.changes.edit`). It
judges nothing itself; that is done where every contact is written, and the reasons come back
beside the fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from raccord.engine.records import FieldSpec, FieldType, Value, Values
from raccord.engine.values import plain_decimal
from raccord.web.base.forms import StyledField

INPUTS: dict[FieldType, dict[str, str]] = {
    FieldType.INTEGER: {"inputmode": "numeric"},
    FieldType.DECIMAL: {"inputmode": "decimal"},
    # Not type=email: a browser rewrites some addresses there, which nobody would have typed.
    FieldType.EMAIL: {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    FieldType.PHONE: {"type": "tel"},
    FieldType.URL: {"inputmode": "url", "placeholder": "https://"},
    FieldType.DATE: {"type": "date", "max": "9999-12-31"},
    FieldType.DATETIME: {"type": "datetime-local", "step": "1", "max": "9999-12-31T23:59"},
}
YES_NO = [("true", _("Yes")), ("false", _("No"))]
CONSENT = [("yes", _("Yes")), ("no", _("No"))]

Raw = str | list[str]


class ContactForm(forms.Form):
    """Create it with `blank` or `of`; `changes` and `rendered` are what an edit is made of.

    received: fields that another system keeps, shown and not taken: key -> how it is called.
    """

    use_required_attribute = False

    def __init__(
        self,
        specs: Sequence[FieldSpec],
        initial: Mapping[str, Raw],
        data: Any = None,
        *,
        autofocus: bool = True,
        received: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.specs = {spec.key: spec for spec in specs}
        self.received = received or {}
        written = [spec.key for spec in specs if spec.key not in self.received]
        first = written[0] if autofocus and written else ""
        for spec in specs:
            shown = initial.get(spec.key, "")
            field = _RawField(spec, shown, autofocus=spec.key == first)
            if source := self.received.get(spec.key):
                field.disabled = True
                field.help_text = _("Comes from %(source)s; change it there.") % {
                    "source": escape(source)
                }
            self.fields[spec.key] = field

    @classmethod
    def blank(
        cls,
        specs: Sequence[FieldSpec],
        data: Any = None,
        *,
        received: Mapping[str, str] | None = None,
    ) -> ContactForm:
        return cls(specs, {}, data, received=received)

    @classmethod
    def of(
        cls,
        specs: Sequence[FieldSpec],
        values: Values,
        data: Any = None,
        *,
        received: Mapping[str, str] | None = None,
    ) -> ContactForm:
        initial = {spec.key: raw(values.get(spec.key)) for spec in specs}
        return cls(specs, initial, data, received=received)

    def changes(self) -> dict[str, object]:
        """What was posted, field by field, as `contacts.changes` takes it.

        Whatever is posted for a field that another system keeps is nobody's change.
        """
        return {
            key: self._as_given(key, posted)
            for key, posted in self.cleaned_data.items()
            if key not in self.received
        }

    def rendered(self) -> dict[str, object]:
        """What the posted form had shown."""
        return {
            key: self._as_given(key, self._field(key).rendered)
            for key in self.fields
            if key not in self.received
        }

    def _field(self, key: str) -> StyledField:
        return cast(StyledField, self[key])

    def _as_given(self, key: str, posted: Any) -> object:
        """A time typed into the form is a time of the project's zone."""
        if self.specs[key].type is not FieldType.DATETIME or not posted:
            return posted
        try:
            local = datetime.fromisoformat(posted)
        except ValueError:
            return posted
        return timezone.make_aware(local).isoformat() if local.tzinfo is None else posted


def raw(value: Value) -> Raw:
    """A typed value as its control holds it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            local = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
            # As a browser writes it: without seconds when there are none.
            return local.isoformat(timespec="seconds" if local.second else "minutes")
        case Decimal():
            return plain_decimal(value)
        case tuple():
            return list(value)
        case _:
            return str(value)


class _RawField(forms.Field):
    """Takes what was posted as it is. `required` only marks the label."""

    def __init__(self, spec: FieldSpec, shown: Raw, *, autofocus: bool) -> None:
        widget = _widget(spec, shown)
        if autofocus:
            widget.attrs["autofocus"] = True
        super().__init__(
            label=spec.label,
            required=spec.required,
            widget=widget,
            show_hidden_initial=True,
        )
        if spec.type is FieldType.MULTIPLE_CHOICE:
            self.hidden_widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> Any:
        return "" if value is None else value


def _widget(spec: FieldSpec, shown: Raw) -> forms.Widget:
    """A control that gives back what it shows, also where the field does not allow it any more."""
    match spec.type:
        case FieldType.MULTIPLE_CHOICE:
            return forms.CheckboxSelectMultiple(choices=_choices(spec, shown))
        case FieldType.CHOICE:
            return forms.Select(choices=[("", "—"), *_choices(spec, shown)])
        case FieldType.BOOLEAN:
            return forms.Select(choices=[("", "—"), *YES_NO])
        case FieldType.CONSENT:
            unknown = pgettext_lazy("consent", "Unknown")
            return forms.Select(choices=[("", unknown), *CONSENT])
        case _:
            return _text_widget(spec, shown)


def _text_widget(spec: FieldSpec, shown: Raw) -> forms.Widget:
    """One line, unless the value has several: a one-line control would join them."""
    if spec.type is FieldType.LONG_TEXT or "\n" in shown:
        return forms.Textarea(attrs={"rows": 4})
    attributes = {"maxlength": str(spec.max_length)} if spec.max_length else {}
    return forms.TextInput(attrs={**INPUTS.get(spec.type, {}), **attributes})


def _choices(spec: FieldSpec, shown: Raw) -> list[tuple[str, str]]:
    kept = shown if isinstance(shown, list) else [shown]
    gone = [value for value in kept if value and value not in spec.choices]
    return [(choice, spec.choice_label(choice)) for choice in (*spec.choices, *gone)]
