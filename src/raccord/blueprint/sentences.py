"""What people read when a set-up file cannot be applied."""

from __future__ import annotations

from django.utils.translation import gettext as _

from raccord.connections.sentences import explain
from raccord.contacts import messages as contact_words
from raccord.engine.errors import BadInput


def sentence_for(problem: BadInput) -> str:
    """The finding as ``place: sentence``, in the language that is active."""
    told = _told(problem)
    return f"{problem.at}: {told}" if problem.at else told


def _told(problem: BadInput) -> str:
    """Our own words, else those of the screens: a file is refused for the same reasons."""
    namespace, _dot, name = problem.code.rpartition(".")
    if namespace == "raccord.blueprint":
        return _sentences()[name] % dict(problem.params)
    if problem.code in contact_words.SENTENCES:
        return contact_words.explain(problem.code, problem.params)
    explanation = explain("", problem.code, problem.params)
    return f"{explanation.what} {explanation.todo}".strip()


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
        "wrong_type": _("This value has the wrong type."),
        "not_text": _("This must be text. Put a number or a date in quotation marks."),
        "not_boolean": _("This must be true or false."),
        "not_integer": _("This must be a whole number."),
        "too_small": _("This must be at least %(limit)s."),
        "too_great": _("This must be at most %(limit)s."),
        "no_list": _("This must be a list: one line per entry, beginning with a hyphen."),
        "no_group": _("This must be a group of keys, each on a line of its own."),
        "no_variable": _("The environment variable “%(name)s” is not set."),
        "other_authorization": _("Another authorization of this name was made by a person."),
        "other_source": _("The connection of this name has another source."),
        "no_such": _("“%(name)s” is not defined in this file."),
        "no_such_authorization": _(
            "“%(name)s” is neither defined in this file nor authorized here. Authorize access "
            "under this name first."
        ),
    }
