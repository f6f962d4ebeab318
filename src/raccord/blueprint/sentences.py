"""What people read when a set-up file cannot be applied."""

from __future__ import annotations

from django.utils.translation import gettext as _

from raccord.engine.errors import BadInput


def sentence_for(problem: BadInput) -> str:
    """The finding as ``place: sentence``, in the language that is active."""
    name = problem.code.rpartition(".")[2]
    text = _sentences().get(name)
    told = text % dict(problem.params) if text else problem.detail or problem.code
    return f"{problem.at}: {told}" if problem.at else told


def _sentences() -> dict[str, str]:
    return {
        "too_large": _("The file is larger than any set-up can be."),
        "unreadable": _("The file cannot be read (%(problem)s)."),
        "encoding": _("The file is not UTF-8 text. Save it as UTF-8."),
        "not_yaml": _("This is not valid YAML (%(problem)s)."),
        "no_mapping": _("The file must start with keys such as “version:” and “project:”."),
        "alias": _("Anchors and aliases (& and *) are not allowed here. Write the value out."),
        "repeated_key": _("This key stands twice. Keep one of them."),
        "repeated_name": _("The name “%(name)s” stands twice. Names must differ."),
        "missing_key": _("This key is missing."),
        "unknown_key": _("This key is unknown. Check its spelling."),
        "unknown_value": _("This value is unknown. Allowed: %(expected)s."),
        "bad_form": _("This may hold lower-case letters, digits and separators only."),
        "empty": _("This may not be empty."),
        "too_long": _("This is too long."),
        "wrong_type": _("This value has the wrong type. %(expected)s."),
        "no_variable": _("The environment variable “%(name)s” is not set."),
        "no_such": _("“%(name)s” is not defined in this file."),
    }
