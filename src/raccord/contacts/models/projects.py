"""Projects and their fields."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from raccord.engine.records import FieldSpec, FieldType

FIELD_TYPES = [
    (FieldType.TEXT, _("Text")),
    (FieldType.LONG_TEXT, _("Long text")),
    (FieldType.INTEGER, _("Integer")),
    (FieldType.DECIMAL, _("Decimal number")),
    (FieldType.BOOLEAN, _("Yes / no")),
    (FieldType.DATE, _("Date")),
    (FieldType.DATETIME, _("Date and time")),
    (FieldType.EMAIL, _("E-mail")),
    (FieldType.PHONE, _("Phone")),
    (FieldType.URL, _("Web address")),
    (FieldType.CHOICE, _("Choice")),
    (FieldType.MULTIPLE_CHOICE, _("Multiple choice")),
    (FieldType.CONSENT, _("Consent")),
]


class Project(models.Model):
    """One contact database: its fields, its unique key, its languages and time zone."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    languages = ArrayField(
        models.CharField(max_length=8), verbose_name=_("languages"), default=list
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def specs(self) -> tuple[FieldSpec, ...]:
        """The project's fields in their order, as the engine knows them; without retired ones."""
        return tuple(field.spec() for field in self.fields.all() if field.retired_at is None)

    def key_specs(self) -> tuple[FieldSpec, ...]:
        """The fields of the unique key, in the key's order."""
        keyed = [field for field in self.fields.all() if field.key_position is not None]
        return tuple(f.spec() for f in sorted(keyed, key=lambda f: f.key_position or 0))


class FieldGroup(models.Model):
    """A section of the contact's page and forms. labels: per language, like a field's."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="groups")
    label = models.CharField(_("label"), max_length=120)
    labels = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return in_reader_language(self.label, self.labels)


class Field(models.Model):
    """A typed column of a project.

    label: where no language has its own; labels: language -> label.
    choices: the codes that are stored, in order. choice_labels: code -> {language: label, and
    "" for every language}; a code without any is shown as it is.
    key_position: its place in the unique key, from 0; None when it is not part of it.
    retired_at: since when nobody is asked for it any more; what contacts hold in it stays.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="fields")
    group = models.ForeignKey(
        FieldGroup, on_delete=models.SET_NULL, null=True, blank=True, related_name="fields"
    )
    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("label"), max_length=120)
    labels = models.JSONField(default=dict, db_default={}, blank=True)
    type = models.CharField(_("type"), max_length=20, choices=FIELD_TYPES)
    required = models.BooleanField(_("required"), default=False)
    key_position = models.PositiveSmallIntegerField(
        _("place in the unique key"), null=True, blank=True
    )
    choices = ArrayField(
        models.CharField(max_length=255), verbose_name=_("choices"), default=list, blank=True
    )
    choice_labels = models.JSONField(default=dict, db_default={}, blank=True)
    max_length = models.PositiveIntegerField(_("longest text"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="field_key_once"),
            models.UniqueConstraint(
                fields=["project", "key_position"],
                condition=Q(key_position__isnull=False),
                name="field_key_position_once",
            ),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.label, self.labels)

    def choice_label(self, code: str) -> str:
        """What the reader sees instead of a stored code."""
        labels = self.choice_labels.get(code, {})
        return in_reader_language(labels.get("", code), labels)

    def spec(self) -> FieldSpec:
        return FieldSpec(
            key=self.key,
            type=FieldType(self.type),
            label=str(self),
            required=self.required or self.key_position is not None,
            choices=tuple(self.choices),
            choice_labels=tuple((code, self.choice_label(code)) for code in self.choice_labels),
            max_length=self.max_length,
        )


def in_reader_language(label: str, labels: Mapping[str, str]) -> str:
    """The label in the language that is active, else the one for every language."""
    return labels.get((get_language() or "")[:2]) or label
