"""What an act on contacts does in the connected systems, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord.sync.effects import Effect, Outcome
from raccord.web.templatetags.pieces import in_digits


@dataclass(frozen=True, slots=True)
class SaidEffect:
    """look: "danger" for what is deleted, "change" for what is changed, "nothing"."""

    look: str
    sentences: list[str]


def of_deletion(effects: Iterable[Effect]) -> list[SaidEffect]:
    """One for each data transfer."""
    return [_said(effect, _deletion(effect)) for effect in effects]


def of_edit(effects: Iterable[Effect]) -> list[SaidEffect]:
    """One for each data transfer."""
    return [_said(effect, _edit(effect)) for effect in effects]


def _said(effect: Effect, sentences: list[str]) -> SaidEffect:
    happens = bool(effect.linked) or (effect.creates and bool(effect.not_linked))
    if effect.later and happens and effect.outcome in (Outcome.DELETED, Outcome.UPDATED):
        sentences.append(
            _("It is sent once the data integration, which was suspended after errors, is resumed.")
        )
    return SaidEffect(_look(effect, happens=happens), sentences)


def _look(effect: Effect, *, happens: bool) -> str:
    if not happens:
        return "nothing"
    return {Outcome.DELETED: "danger", Outcome.UPDATED: "change"}.get(effect.outcome, "nothing")


def _deletion(effect: Effect) -> list[str]:
    told = _told(effect)
    if not effect.linked:
        return [_("%(system)s: none of these contacts is linked there.") % told]
    if effect.outcome is Outcome.DELETED:
        text = ngettext(
            "%(system)s: %(linked)s linked record is deleted there as well.",
            "%(system)s: %(linked)s linked records are deleted there as well.",
            effect.linked,
        )
    elif effect.outcome is Outcome.NOT_TICKED:
        text = ngettext(
            "%(system)s: %(linked)s linked record stays there, since deletions are not sent.",
            "%(system)s: %(linked)s linked records stay there, since deletions are not sent.",
            effect.linked,
        )
    else:
        text = ngettext(
            "%(system)s: %(linked)s linked record stays there, since its data integration is off.",
            "%(system)s: %(linked)s linked records stay there, since its data integration is off.",
            effect.linked,
        )
    return [text % told]


def _edit(effect: Effect) -> list[str]:
    told = _told(effect)
    if effect.outcome is Outcome.NOT_MAPPED:
        return [_("%(system)s: nothing changes there, since these fields are not mapped.") % told]
    if effect.outcome is Outcome.NOT_TICKED:
        return [_("%(system)s: nothing changes there, since such changes are not sent.") % told]
    if effect.outcome is Outcome.OFF:
        return [_("%(system)s: nothing changes there, since its data integration is off.") % told]
    return _updates(effect)


def _updates(effect: Effect) -> list[str]:
    told = _told(effect)
    sentences = []
    if effect.linked:
        text = ngettext(
            "%(system)s: %(linked)s linked record is updated there.",
            "%(system)s: %(linked)s linked records are updated there.",
            effect.linked,
        )
        sentences.append(text % told)
    if effect.not_linked and effect.creates:
        text = ngettext(
            "%(system)s: %(not_linked)s contact is not linked there yet. It is looked for, and "
            "created if it is not found.",
            "%(system)s: %(not_linked)s contacts are not linked there yet. They are looked for, "
            "and created if they are not found.",
            effect.not_linked,
        )
        sentences.append(text % told)
    elif effect.not_linked:
        text = ngettext(
            "%(system)s: %(not_linked)s contact is not linked there and not created there.",
            "%(system)s: %(not_linked)s contacts are not linked there and not created there.",
            effect.not_linked,
        )
        sentences.append(text % told)
    return sentences


def _told(effect: Effect) -> dict[str, str]:
    return {
        "system": f"{effect.connection} · {effect.object}",
        "linked": in_digits(effect.linked),
        "not_linked": in_digits(effect.not_linked),
    }
