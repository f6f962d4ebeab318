"""The shape of a set-up file. Unknown keys are refused; every default is the screens' default."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from raccord.engine.records import Direction, FieldType, FirstLinkRule, OnlyThere, Operation, Rule
from raccord.engine.rules import DeletionRule

Name = Annotated[str, Field(min_length=1, max_length=120)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Language = Literal["en", "fr"]


class Part(BaseModel):
    """What all parts share: nothing is guessed, nothing unknown is passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class ChoicePart(Part):
    """A choice that is shown by other words than its code, which alone may stand in its place."""

    code: str
    label: str = ""
    labels: dict[Language, str] = {}


def _as_choice(given: Any) -> Any:
    return given if isinstance(given, dict) else {"code": given}


class GroupPart(Part):
    """A section of a contact's page; fields name it by its `label`."""

    label: Name
    labels: dict[Language, str] = {}


class FieldPart(Part):
    """A field of the project. `label` defaults to the key in words; `labels` are those of the
    languages that have another one."""

    key: Key
    type: FieldType
    label: str = ""
    labels: dict[Language, str] = {}
    group: str = ""
    required: bool = False
    choices: tuple[Annotated[ChoicePart, BeforeValidator(_as_choice)], ...] = ()
    max_length: Annotated[int, Field(ge=1, le=32_000)] | None = None
    retired: bool = False


class ProjectPart(Part):
    name: Name
    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    languages: tuple[Language, ...] = ("en", "fr")
    time_zone: str = "UTC"
    unique_key: Annotated[tuple[Key, ...], Field(min_length=1)]
    groups: tuple[GroupPart, ...] = ()
    fields: Annotated[tuple[FieldPart, ...], Field(min_length=1)]


class AuthorizationPart(Part):
    """A grant that needs no person: an application that signs in by itself."""

    name: Name
    source: str
    grant: Literal["client_credentials"] = "client_credentials"
    login_url: str
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[str, Field(min_length=1)]


class MappingPart(Part):
    """`values`: [ours, theirs] per value that is spelled differently; null beside one leaves it
    out. Without it, a new pair gets what is called the same, and one that exists keeps its own.
    `when_empty`: the value that is sent for contacts that have none.
    """

    field: Key
    to: Annotated[str, Field(min_length=1, max_length=80)]
    direction: Direction = Direction.OUTBOUND
    rule: Rule = Rule.NEWEST
    transform: str = ""
    cut: bool = False
    when_empty: str | bool | int | list[str] | None = None
    values: tuple[tuple[str | None, str | None], ...] = ()


class MatchPart(Part):
    """A mapped pair of fields by which people are recognised."""

    field: Key
    to: Annotated[str, Field(min_length=1, max_length=80)]


class TransferPart(Part):
    """An active one needs mappings; the other side tells which."""

    object: Annotated[str, Field(min_length=1, max_length=80)]
    active: bool = True
    create_missing: bool = True
    look_up_missing: bool = True
    only_there: OnlyThere = OnlyThere.LINK
    our_deletion: DeletionRule = DeletionRule.NOTHING
    their_deletion: DeletionRule = DeletionRule.NOTHING
    match_fields: tuple[MatchPart, ...] = ()
    first_link_rule: FirstLinkRule = FirstLinkRule.THEIRS
    mappings: tuple[MappingPart, ...] = ()


class AlertPart(Part):
    email: Annotated[str, Field(min_length=3, max_length=254)]
    language: Language = "en"


class IntegrationPart(Part):
    """`operations`: for each data type, what flows out."""

    active: bool = True
    operations: dict[str, tuple[Operation, ...]]
    alerts: tuple[AlertPart, ...] = ()


class ConnectionPart(Part):
    """`authorization`: the name of one in this file, or of one that a person made already."""

    name: Name
    source: str
    authorization: Name
    transfers: tuple[TransferPart, ...] = ()
    integration: IntegrationPart | None = None


class Blueprint(Part):
    """The whole file. `version` is the version of this format."""

    version: Literal[1]
    project: ProjectPart
    authorizations: tuple[AuthorizationPart, ...] = ()
    connections: tuple[ConnectionPart, ...] = ()
