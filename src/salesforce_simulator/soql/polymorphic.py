"""Relationships to several objects, such as the owner of a lead: a user or a queue.

What a query may take from all of them alike are the fields of an object called Name; TYPEOF takes
the fields of the object that a record's parent is.
"""

from typing import TYPE_CHECKING, Any

from salesforce_simulator.reading import Reader, reader
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_FIELDS = """
Id id dfsgi | Name ID
Name string(121) nfsgN | Name
LastName string(80) nfsg | Last Name
FirstName string(40) nfsg | First Name
Type picklist(40) nfsgr | Type
Alias string(8) nfsg | Alias
Email email(80) nfsg | Email
IsActive boolean dfsg | Active
Phone phone(40) nfsg | Phone
ProfileId reference nfsg | Profile ID | to Profile as Profile
Title string(80) nfsg | Title
Username string(80) nfsg | Username
"""

NAME = SObjectType(
    name="Name",
    label="Name",
    label_plural="Names",
    key_prefix="",
    fields=parse_fields(_FIELDS),
    read_only=True,
)


def is_polymorphic(reference: Field) -> bool:
    return len(reference.targets) > 1


def name_reader(org: "Org", field: Field) -> Reader:
    """Return the function that reads a field of Name from a row of whatever object."""
    readers: dict[str, Reader] = {}

    def read(row: Row) -> Any:
        kind = org.schema.by_prefix(row["Id"][:3])
        if kind is None:
            return None
        if field.name == "Type":
            return kind.name
        if kind.name not in readers:
            own = kind.field(field.name)
            readers[kind.name] = reader(kind, own) if own else lambda _: None
        return readers[kind.name](row)

    return read
