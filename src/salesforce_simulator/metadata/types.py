"""The types of metadata that the simulated org knows: where their files lie and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataType:
    """A type of component.

    suffix: of its file, None for bundles. with_meta: its content has a `-meta.xml` beside it.
    bundle: a folder of files. children: the elements of its file that are components themselves,
    with their types; `in_name`: their full names begin with the parent's.
    """

    name: str
    folder: str
    prefix: str
    suffix: str | None = None
    with_meta: bool = False
    bundle: bool = False
    children: Mapping[str, str] = field(default_factory=dict)
    in_name: bool = True


_OBJECT_PARTS = {
    "businessProcesses": "BusinessProcess",
    "compactLayouts": "CompactLayout",
    "fieldSets": "FieldSet",
    "fields": "CustomField",
    "indexes": "Index",
    "listViews": "ListView",
    "recordTypes": "RecordType",
    "sharingReasons": "SharingReason",
    "validationRules": "ValidationRule",
    "webLinks": "WebLink",
}

# name, folder, suffix, key prefix of ids
_PLAIN = """
AuthProvider authproviders authprovider 0SO
ConnectedApp connectedApps connectedApp 0H4
CorsWhitelistOrigin corsWhitelistOrigins corsWhitelistOrigin 0bk
CspTrustedSite cspTrustedSites cspTrustedSite 08y
CustomApplication applications app 02u
CustomMetadata customMetadata md m0M
CustomObjectTranslation objectTranslations objectTranslation 01h
CustomPermission customPermissions customPermission 0CP
CustomTab tabs tab 01r
ExternalClientApplication externalClientApps eca 0xI
ExternalCredential externalCredentials externalCredential 0pr
FlexiPage flexipages flexipage 0M0
Flow flows flow 301
GlobalValueSet globalValueSets globalValueSet 0Nt
Group groups group 00G
Layout layouts layout 00h
LightningMessageChannel messageChannels messageChannel 0Mt
NamedCredential namedCredentials namedCredential 0XA
PermissionSet permissionsets permissionset 0PS
PermissionSetGroup permissionsetgroups permissionsetgroup 0PG
PlatformEventChannel platformEventChannels platformEventChannel 0YL
PlatformEventChannelMember platformEventChannelMembers platformEventChannelMember 0v8
PlatformEventSubscriberConfig PlatformEventSubscriberConfigs platformEventSubscriberConfig 4Ch
Profile profiles profile 00e
Queue queues queue 00G
QuickAction quickActions quickAction 09D
RemoteSiteSetting remoteSiteSettings remoteSite 0rp
Role roles role 00E
Translations translations translation 0Tr
"""

_WITH_CONTENT = (
    MetadataType(name="ApexClass", folder="classes", suffix="cls", prefix="01p", with_meta=True),
    MetadataType(
        name="ApexTrigger", folder="triggers", suffix="trigger", prefix="01q", with_meta=True
    ),
    MetadataType(name="ApexPage", folder="pages", suffix="page", prefix="066", with_meta=True),
    MetadataType(
        name="ApexComponent", folder="components", suffix="component", prefix="099", with_meta=True
    ),
    MetadataType(
        name="StaticResource",
        folder="staticresources",
        suffix="resource",
        prefix="081",
        with_meta=True,
    ),
    MetadataType(name="AuraDefinitionBundle", folder="aura", prefix="0Ab", bundle=True),
    MetadataType(name="LightningComponentBundle", folder="lwc", prefix="0Rb", bundle=True),
    MetadataType(
        name="CustomObject",
        folder="objects",
        suffix="object",
        prefix="01I",
        children=_OBJECT_PARTS,
    ),
    MetadataType(
        name="CustomLabels",
        folder="labels",
        suffix="labels",
        prefix="101",
        children={"labels": "CustomLabel"},
        in_name=False,
    ),
)

TYPES: dict[str, MetadataType] = {
    each.name: each
    for each in (
        *_WITH_CONTENT,
        *(
            MetadataType(name=name, folder=folder, suffix=suffix, prefix=prefix)
            for name, folder, suffix, prefix in (
                line.split() for line in _PLAIN.split("\n") if line
            )
        ),
    )
}
BY_FOLDER = {each.folder: each for each in TYPES.values()}
PARENTS = {
    child: (parent, element)
    for parent in TYPES.values()
    for element, child in parent.children.items()
}
CHILD_PREFIXES = {"CustomField": "00N", "CustomLabel": "101", "ValidationRule": "03d"}


def is_known(name: str) -> bool:
    return name in TYPES or name in PARENTS


def prefix_of(name: str) -> str:
    """Return the key prefix of the ids of a type's components."""
    return TYPES[name].prefix if name in TYPES else CHILD_PREFIXES.get(name, "0M9")


def folder_of(name: str) -> str:
    return TYPES[name].folder if name in TYPES else PARENTS[name][0].folder
