"""The address of a list is the list: read from it, written to it, with nothing kept elsewhere.

    ?q=words&f=<field>:<operator>[:<value>[|<value>…]]&f=…&sort=-last_name&columns=a,b&view=12

Within a value, "|" is written %7C and "%" is %25. `view` names a saved view, which says the list
as far as the address does not: once there is a `q`, `f` or `sort`, all three are the address's.
`after` is the place in the list (see `contacts/lists/paging.py`).

What cannot be read is told, and the rest still holds. A filter that cannot be read goes along from
address to address until the person takes it away. Whoever acts on a whole list, or keeps it, reads
it with `read`, too, and refuses to where there are `problems`: it would be more than anybody meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlencode

from django.http import QueryDict

from raccord.accounts.models import User
from raccord.contacts.lists import operators, views
from raccord.contacts.lists.query import CHANGED, CREATED, Condition, ListQuery, Operator, Sort
from raccord.contacts.models import Project, SavedView
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput

MOST_PARTS = 100
"""Of conditions or columns in one address; far more than a list may have."""
LONGEST_TOLD = 120
OWN = ("q", "f", "sort")


@dataclass(frozen=True, slots=True)
class ListAddress:
    """A list as an address says it.

    columns: from the left; () for the usual ones. view: the saved view it stands in.
    problems: what the address said that cannot be, and is not in `query`; `at` is the part of the
    address where there is one. unread: the parameters among it without which there are more
    contacts, as they were said.
    """

    query: ListQuery = field(default_factory=ListQuery)
    columns: tuple[str, ...] = ()
    view: SavedView | None = None
    after: str = ""
    problems: tuple[BadInput, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def follows_view(self) -> bool:
        """Whether it shows just what its view says."""
        if self.view is None or self.unread:
            return False
        kept = _kept_query(self.view, [])
        return self.columns == tuple(self.view.columns) and self.query == kept

    def parameters(self) -> list[tuple[str, str]]:
        """Everything that the list is, spelled out: for hidden fields, and for other screens."""
        query = [("q", self.query.text)]
        query += [("f", written_condition(each)) for each in self.query.conditions]
        if self.query.sort != Sort():
            query.append(("sort", str(self.query.sort)))
        if self.columns:
            query.append(("columns", ",".join(self.columns)))
        if self.view is not None:
            query.append(("view", str(self.view.pk)))
        return [*query, *self.unread]

    def written(self, *, after: str = "") -> str:
        """The shortest address of the list, from the "?" on; "" is the plain list.

        after: a place in it, else its beginning.
        """
        if self.view is not None and self.follows_view:
            said = [("view", str(self.view.pk))]
        else:
            # Without "q" the view would say it.
            said = [(n, text) for n, text in self.parameters() if text or self.view is not None]
        if after:
            said.append(("after", after))
        return f"?{urlencode(said, safe=':@,')}" if said else ""

    def with_query(self, query: ListQuery) -> ListAddress:
        """Another list with the same columns, at its beginning."""
        return replace(self, query=query, after="", problems=())

    def without(self, condition: Condition) -> ListAddress:
        """The list without one of its conditions."""
        rest = tuple(other for other in self.query.conditions if other != condition)
        return self.with_query(replace(self.query, conditions=rest))

    def without_words(self) -> ListAddress:
        """The list without its search."""
        kept = tuple(said for said in self.unread if said[0] != "q")
        return replace(self.with_query(replace(self.query, text="")), unread=kept)

    def without_unread(self, said: tuple[str, str]) -> ListAddress:
        """The list without one of the things that cannot be read."""
        kept = tuple(other for other in self.unread if other != said)
        return replace(self, after="", problems=(), unread=kept)

    def sorted_by(self, sort: Sort) -> ListAddress:
        return self.with_query(replace(self.query, sort=sort))


def read(
    params: QueryDict, project: Project, *, person: User, fields: ProjectFields | None = None
) -> ListAddress:
    """The list that the parameters of an address, or of a form, say."""
    fields = fields or ProjectFields.of(project)
    problems: list[BadInput] = []
    unread: list[tuple[str, str]] = []
    view = _view(params.get("view", ""), project, person=person, problems=problems)
    if view is None and problems:
        unread.append(("view", params.get("view", "")))
    # Also where the address says the list: it may have been spelled out while nobody could read it.
    query = ListQuery() if view is None else _kept_query(view, problems)
    if view is None or any(name in params for name in OWN):
        query = _said_query(params, problems, unread)
    query = _sound(query, fields, problems, unread)
    said = params.get("columns", "").split(",")[:MOST_PARTS] if "columns" in params else []
    columns = _sound_columns(said or (view.columns if view else []), fields, problems)
    after = params.get("after", "")
    return ListAddress(query, columns, view, after, tuple(problems), tuple(unread))


def read_condition(text: str) -> Condition:
    """A condition from the form that `written_condition` gives. Raises BadInput.

    Only its form is judged; whether the field is there, and holds such values, is `operators.read`.
    """
    key, _colon, rest = text.partition(":")
    operator, _colon, values = rest.partition(":")
    if not key or operator not in tuple(Operator):
        raise BadInput("raccord.address.filter", at=text)
    found = tuple(unquote(value) for value in values.split("|"))
    return Condition(key, Operator(operator), tuple(value for value in found if value))


def written_condition(condition: Condition) -> str:
    """A condition as it stands in an address, before that is percent-encoded as a whole."""
    start = f"{condition.field}:{condition.operator}"
    values = "|".join(value.replace("%", "%25").replace("|", "%7C") for value in condition.values)
    return f"{start}:{values}" if values else start


def _view(
    given: str, project: Project, *, person: User, problems: list[BadInput]
) -> SavedView | None:
    """The saved view of that number, if this person may look at it."""
    if not given:
        return None
    number = int(given[:9]) if given.isascii() and given.isdecimal() else 0
    view = views.visible(project, person).filter(pk=number).first()
    if view is None:
        problems.append(BadInput("raccord.view.missing"))
    return view


def _kept_query(view: SavedView, problems: list[BadInput]) -> ListQuery:
    try:
        return views.query_of(view)
    except BadInput as problem:
        problems.append(problem)
        return ListQuery()


def _said_query(
    params: QueryDict, problems: list[BadInput], unread: list[tuple[str, str]]
) -> ListQuery:
    conditions = []
    for text in [text for text in dict.fromkeys(params.getlist("f")) if text][:MOST_PARTS]:
        try:
            conditions.append(read_condition(text))
        except BadInput as problem:
            problems.append(replace(problem, at=_told(text)))
            unread.append(("f", text))
    sort = Sort.parse(params.get("sort", "").strip())
    return ListQuery(params.get("q", "").strip(), tuple(conditions), sort)


def _sound(
    query: ListQuery,
    fields: ProjectFields,
    problems: list[BadInput],
    unread: list[tuple[str, str]],
) -> ListQuery:
    """What of the list can be answered, in stored form."""
    for problem in operators.check(query, fields):
        numbered = problem.at.isdecimal() and int(problem.at) < len(query.conditions)
        told = _told(written_condition(query.conditions[int(problem.at)])) if numbered else ""
        problems.append(replace(problem, at=told))
    kept = operators.answerable(query, fields)
    left_out = [each for each in query.conditions if each not in kept.conditions]
    unread += [("f", written_condition(each)) for each in left_out]
    if kept.text != query.text:
        # The last one said is the one that counts.
        unread.append(("q", query.text))
    stored = [operators.read(c.field, c.operator, c.values, fields) for c in kept.conditions]
    return replace(kept, conditions=tuple(dict.fromkeys(stored)))


def _sound_columns(
    said: Sequence[str], fields: ProjectFields, problems: list[BadInput]
) -> tuple[str, ...]:
    keys = [key for key in dict.fromkeys(said) if key]
    gone = [key for key in keys if key not in fields.specs and key not in (CHANGED, CREATED)]
    if gone:
        told = {"columns": _told(", ".join(gone))}
        problems.append(BadInput("raccord.address.columns", params=told))
    return tuple(key for key in keys if key not in gone)


def _told(text: str) -> str:
    """As much of what somebody wrote as a message can hold."""
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"
