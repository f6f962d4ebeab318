"""How a Django form looks: Tabler's classes on the controls, the error beside its field.

Named by FORM_RENDERER in the settings, so that `{{ form }}` and `{{ form.email.as_field_group }}`
need nothing more.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


class StyledField(BoundField):
    """A form's field that knows how its control looks, and whether to show it as wrong."""

    @property
    def is_check(self) -> bool:
        """A single tick box, whose label stands behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_group(self) -> bool:
        """Several controls under one label: they are a fieldset with a legend."""
        return bool(self.field.widget.use_fieldset)

    @property
    def rendered(self) -> Any:
        """What the posted form had been rendered with (for fields with show_hidden_initial)."""
        widget = self.field.hidden_widget()
        return widget.value_from_datadict(self.form.data, self.form.files, self.html_initial_name)

    @property
    def hidden_initial(self) -> SafeString:
        """The hidden control that carries the initial value."""
        return self.as_hidden(only_initial=True) if self.field.show_hidden_initial else SafeString()

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        classes = [
            str(widget.attrs.get("class", "")),
            next(name for kind, name in CONTROL_CLASSES if isinstance(widget, kind)),
            "is-invalid" if self.errors else "",
        ]
        return {**built, "class": " ".join(name for name in classes if name)}


class Password(forms.PasswordInput):
    """A password that can be looked at while it is typed."""

    template_name = "base/password.html"


class Renderer(TemplatesSetting):
    """Tells Django to use our templates and our bound field for every form."""

    form_template_name = "base/form.html"
    field_template_name = "base/field.html"
    bound_field_class = StyledField
