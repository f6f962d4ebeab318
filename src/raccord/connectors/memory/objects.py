"""What the in-process third party stores: one kind of person, with a field of every type."""

from __future__ import annotations

from raccord.engine.schema import RemoteField, RemoteObject, RemoteType

_FIELDS = (
    RemoteField(
        "id", "Id", RemoteType.ID, max_length=36, createable=False, updateable=False, key=True
    ),
    RemoteField(
        "raccord_id",
        "Raccord id",
        RemoteType.STRING,
        max_length=80,
        unique=True,
        key=True,
        external_id=True,
    ),
    RemoteField("email", "Email", RemoteType.EMAIL, max_length=80, key=True, lowercased=True),
    RemoteField("first_name", "First name", RemoteType.STRING, max_length=40),
    RemoteField("last_name", "Last name", RemoteType.STRING, max_length=80, required=True),
    RemoteField("company", "Company", RemoteType.STRING, max_length=255),
    RemoteField("phone", "Phone", RemoteType.PHONE, max_length=40),
    RemoteField("website", "Website", RemoteType.URL, max_length=255),
    RemoteField("visits", "Visits", RemoteType.INTEGER),
    RemoteField("balance", "Balance", RemoteType.DECIMAL, precision=18, scale=2),
    RemoteField("active", "Active", RemoteType.BOOLEAN),
    RemoteField("birthdate", "Birthdate", RemoteType.DATE),
    RemoteField("last_seen", "Last seen", RemoteType.DATETIME),
    RemoteField(
        "segment",
        "Segment",
        RemoteType.PICKLIST,
        max_length=40,
        choices=("Gold", "Silver"),
        restricted=True,
    ),
    RemoteField(
        "interests", "Interests", RemoteType.MULTIPICKLIST, choices=("Music", "Food", "Sport")
    ),
    RemoteField("notes", "Notes", RemoteType.TEXT, max_length=32000),
    RemoteField("opted_out", "Opted out", RemoteType.OPT_OUT),
    RemoteField("score", "Score", RemoteType.INTEGER, createable=False, updateable=False),
)

PERSON = RemoteObject(
    name="person", label="Person", fields={field.name: field for field in _FIELDS}
)
