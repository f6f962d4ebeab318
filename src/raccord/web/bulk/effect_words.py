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
    """system: the connection and the data type, as people call them.

    look: "danger" for what is deleted, "change" for what is changed, "nothing".
    """

    system: str
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
    system = f"{effect.connection} · {effect.object}"
    return SaidEffect(system, _look(effect, happens=happens), sentences)


def _look(effect: Effect, *, happens: bool) -> str:
    if not happens:
        return "nothing"
    looks = {Outcome.DELETED: "danger", Outcome.ASKED: "change", Outcome.UPDATED: "change"}
    return looks.get(effect.outcome, "nothing")


def _deletion(effect: Effect) -> list[str]:
    told = _told(effect)
    if not effect.linked:
        return [_("None of these contacts is linked there.")]
    if effect.outcome is Outcome.DELETED:
        text = ngettext(
            "%(linked)s linked record is deleted there as well.",
            "%(linked)s linked records are deleted there as well.",
            effect.linked,
        )
    elif effect.outcome is Outcome.ASKED:
        text = ngettext(
            "%(linked)s linked record stays for now: you are asked whether it is deleted, too.",
            "%(linked)s linked records stay for now: you are asked whether they are deleted, too.",
            effect.linked,
        )
    elif effect.outcome is Outcome.NOT_TICKED:
        text = ngettext(
            "%(linked)s linked record stays there, since deletions are not sent.",
            "%(linked)s linked records stay there, since deletions are not sent.",
            effect.linked,
        )
    else:
        text = ngettext(
            "%(linked)s linked record stays there, since its data integration is off.",
            "%(linked)s linked records stay there, since its data integration is off.",
            effect.linked,
        )
    return [text % told]


def _edit(effect: Effect) -> list[str]:
    if effect.outcome is Outcome.NOT_MAPPED:
        return [_("Nothing changes there, since these fields are not mapped.")]
    if effect.outcome is Outcome.NOT_TICKED:
        return [_("Nothing changes there, since such changes are not sent.")]
    if effect.outcome is Outcome.OFF:
        return [_("Nothing changes there, since its data integration is off.")]
    return _updates(effect)


def _updates(effect: Effect) -> list[str]:
    told = _told(effect)
    sentences = []
    if effect.linked:
        text = ngettext(
            "%(linked)s linked record is updated there.",
            "%(linked)s linked records are updated there.",
            effect.linked,
        )
        sentences.append(text % told)
    if effect.not_linked and effect.creates:
        text = ngettext(
            "%(not_linked)s contact is not linked there yet. It is looked for, and "
            "created if it is not found.",
            "%(not_linked)s contacts are not linked there yet. They are looked for, "
            "and created if they are not found.",
            effect.not_linked,
        )
        sentences.append(text % told)
    elif effect.not_linked:
        text = ngettext(
            "%(not_linked)s contact is not linked there and not created there.",
            "%(not_linked)s contacts are not linked there and not created there.",
            effect.not_linked,
        )
        sentences.append(text % told)
    return sentences


def _told(effect: Effect) -> dict[str, str]:
    return {
        "linked": in_digits(effect.linked),
        "not_linked": in_digits(effect.not_linked),
    }
