"""The steps of the installation, what to do by hand instead, and what may be refused, in words."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.connectors.plug_in import Step
from raccord.engine.errors import sentence

STOP = "stop"
PACKAGE = "package"
RIGHTS = "rights"
CREDENTIAL = "credential"
SUBSCRIPTION = "subscription"
FRENCH = "french"
START = "start"
TEST = "test"
# Of the removal.
REST = "rest"
UNSUBSCRIBE = "unsubscribe"
TAKE_RIGHTS = "take_rights"
DELETE = "delete"
DELETE_SETTINGS = "delete_settings"
DELETE_FIELD = "delete_field"

MAY_NOT_DEPLOY = "salesforce.plug_in.may_not_deploy"
MAY_NOT_ASSIGN = "salesforce.plug_in.may_not_assign"
MAY_NOT_SET_CREDENTIAL = "salesforce.plug_in.may_not_set_credential"
MAY_NOT_USE = "salesforce.plug_in.may_not_use"
NOT_INSTALLED = "salesforce.plug_in.not_installed"
NOT_TAKEN = "salesforce.plug_in.not_taken"

# Which permission a step needs, by the code that says so.
MISSING: Mapping[str, str] = {
    PACKAGE: MAY_NOT_DEPLOY,
    SUBSCRIPTION: MAY_NOT_DEPLOY,
    FRENCH: MAY_NOT_DEPLOY,
    RIGHTS: MAY_NOT_ASSIGN,
    CREDENTIAL: MAY_NOT_SET_CREDENTIAL,
    # To stop it takes the permission set, which is given first where it is missing.
    REST: MAY_NOT_ASSIGN,
    UNSUBSCRIBE: MAY_NOT_DEPLOY,
    TAKE_RIGHTS: MAY_NOT_ASSIGN,
    DELETE: MAY_NOT_DEPLOY,
    DELETE_SETTINGS: MAY_NOT_DEPLOY,
    DELETE_FIELD: MAY_NOT_DEPLOY,
}

BRINGS = (
    sentence("Triggers on Contact and Lead. They never stop anybody from saving a record."),
    sentence("The field “Raccord Id” on Contact and Lead, which only Raccord's user can see."),
    sentence("A hidden list of what is still to be told, and the jobs that send and tidy it up."),
    sentence("A named credential with this connection's address; the platform signs with its key."),
    sentence(
        "Two permission sets: “Raccord integration” for Raccord's user, “Raccord administrator” "
        "for people."
    ),
    sentence("The app “Raccord” with a page that shows how it is doing."),
)

NEEDS = sentence(
    "To install, the user that Raccord works as needs the permissions “Modify Metadata Through "
    "Metadata API Functions”, “Customize Application”, “Author Apex”, “Assign Permission Sets” and "
    "“Manage Named Credentials” in Salesforce; afterwards they can be taken away again. To remove "
    "the plug-in, it needs the same, but for the last one."
)

KEEPS = (
    sentence("All contacts and leads stay as they are, here and there."),
    sentence(
        "The field “Raccord Id” stays with its values, though nobody sees it any more. If the "
        "plug-in is installed again, Raccord recognises its records by it at once."
    ),
)
FORGETS = sentence(
    "Delete the field “Raccord Id” and its values as well. Salesforce keeps them for 15 days; "
    "after that, nobody can bring them back."
)

REMOVAL = (
    sentence("In Salesforce, open the app “Raccord” and choose “Prepare for Removal…”."),
    sentence("Take both permission sets away from everybody who has them."),
    sentence(
        "In Setup → Platform Events → Raccord Wake-up, delete the subscription's settings of the "
        "trigger RaccordWakeUp."
    ),
    sentence(
        "Delete the components, triggers first, by hand or by a destructive deployment. The field "
        "“Raccord Id” goes last: without it, Raccord cannot rule out duplicates any more."
    ),
    sentence(
        "Here, on the connection's page, close the address for messages. Changes are then asked "
        "for, as before."
    ),
)

REMOVING = (
    Step(
        REST,
        sentence("Let the plug-in come to rest, and end its hourly job"),
        sentence("In Salesforce, open the app “Raccord” and choose “Prepare for Removal…”."),
        required=True,
    ),
    Step(
        UNSUBSCRIBE,
        sentence("Delete the setting that says whose rights the plug-in sends with"),
        sentence(
            "In Salesforce, open Setup → Platform Events → Raccord Wake-up → the subscription of "
            "the trigger RaccordWakeUp, and delete its settings."
        ),
        required=True,
    ),
    Step(
        TAKE_RIGHTS,
        sentence("Take both permission sets away from everybody who has them"),
        sentence(
            "In Salesforce, open Setup → Permission Sets, and remove all assignments of “Raccord "
            "integration” and “Raccord administrator”."
        ),
        required=True,
    ),
    Step(
        DELETE,
        sentence("Delete triggers, classes, pages and permission sets"),
        sentence(
            "Delete what was kept in Salesforce's Setup, or mend what still uses it; then remove "
            "the plug-in again."
        ),
        required=True,
    ),
    Step(
        DELETE_SETTINGS,
        sentence("Delete its lists, settings, texts, and the address with its secret"),
        sentence(
            "In Salesforce's Setup, delete the custom objects, the custom labels, the custom "
            "permissions and the named credential of Raccord; or remove the plug-in again."
        ),
    ),
    Step(
        DELETE_FIELD,
        sentence("Delete the field “Raccord Id” on Contact and Lead"),
        sentence(
            "In Salesforce, open Setup → Object Manager → Contact, then Lead → Fields & "
            "Relationships, and delete “Raccord Id”."
        ),
        if_asked=True,
    ),
)

STEPS = (
    Step(
        STOP,
        sentence("Let a plug-in that is already there come to rest"),
        sentence("In Salesforce, open the app “Raccord” and choose “Prepare for Removal…”."),
    ),
    Step(
        PACKAGE,
        sentence("Install the plug-in's components"),
        sentence("Download the package and deploy it yourself; the guide shows how."),
        required=True,
    ),
    Step(
        RIGHTS,
        sentence("Give the permission set “Raccord integration” to Raccord's user"),
        sentence(
            "In Salesforce, open Setup → Permission Sets → Raccord integration → Manage "
            "Assignments, and add the user that Raccord works as."
        ),
    ),
    Step(
        CREDENTIAL,
        sentence("Store the signing secret in Salesforce"),
        sentence(
            "Make a new secret on the connection's page. In Salesforce, open Setup → Named "
            "Credentials → External Credentials → Raccord endpoint, and give the principal "
            "“Raccord” a parameter SigningKey with that secret."
        ),
        stores_secret=True,
    ),
    Step(
        SUBSCRIPTION,
        sentence("Let Raccord's user be the one who sends"),
        sentence(
            "In Salesforce, open Setup → Platform Events → Raccord Wake-up → the subscription of "
            "the trigger RaccordWakeUp → Edit, and choose the user that Raccord works as."
        ),
    ),
    Step(
        FRENCH,
        sentence("Add the French texts of the set-up page"),
        sentence(
            "Nothing to do unless your org uses French: then switch French on in Setup → "
            "Translation Language Settings, and install again."
        ),
    ),
    Step(
        START,
        sentence("Start the plug-in"),
        sentence("In Salesforce, open the app “Raccord” and choose “Start”."),
        always=True,
    ),
    Step(
        TEST,
        sentence("Let the plug-in send a test message, and see whether it arrives"),
        sentence(
            "Put right what is said here, then choose “Send a test”. Until a message arrives, "
            "Raccord asks for changes by itself."
        ),
    ),
)

PLUG_IN_SENTENCES: Mapping[str, tuple[str, str]] = {
    "salesforce.plug_in.source_missing": (
        sentence("This installation of Raccord lacks the files of the Salesforce plug-in."),
        sentence(
            "They are in the folder salesforce-plugin beside src: run Raccord from a complete copy."
        ),
    ),
    MAY_NOT_DEPLOY: (
        sentence(
            "The user that Raccord works as may not install anything in Salesforce: the "
            "permissions “Modify Metadata Through Metadata API Functions”, “Customize "
            "Application” and “Author Apex” are needed."
        ),
        sentence(
            "Ask a Salesforce administrator to give these permissions to that user until the "
            "plug-in is installed, or to install it by hand."
        ),
    ),
    MAY_NOT_ASSIGN: (
        sentence("The user that Raccord works as lacks the permission “Assign Permission Sets”."),
        sentence("Ask a Salesforce administrator to do this step."),
    ),
    MAY_NOT_SET_CREDENTIAL: (
        sentence("The user that Raccord works as lacks the permission “Manage Named Credentials”."),
        sentence("Ask a Salesforce administrator to do this step."),
    ),
    "salesforce.plug_in.too_many_assignments": (
        sentence("More than 5,000 people have a permission set of the plug-in."),
        sentence("Take the permission sets away in Salesforce, then remove the plug-in again."),
    ),
    NOT_TAKEN: (
        sentence(
            "The plug-in's test message was not taken. Answer to it: %(status)s, reason: "
            "%(reason)s."
        ),
        sentence(
            "Salesforce must reach Raccord's address from outside, under https; the plug-in's page "
            "says what else may be in the way."
        ),
    ),
    MAY_NOT_USE: (
        sentence("The user that Raccord works as may not talk to the plug-in in Salesforce."),
        sentence(
            "Ask a Salesforce administrator to give that user the permission set "
            "“Raccord integration”."
        ),
    ),
    NOT_INSTALLED: (
        sentence("The plug-in is not installed in Salesforce."),
        sentence("Install it from the connection's page."),
    ),
}
