"""The objects of the Tooling API, in the notation of `schema/notation.py`."""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.sobject import SObjectType

_STAMPS = """
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
"""
_APEX = """
Id id dfsgi | {label} ID
NamespacePrefix string(15) nfsg | Namespace Prefix
Name string(255) CUfsgNi | Name
ApiVersion double(18,1) CUfs | Api Version
Status picklist(40) CUfsgr | Status
IsValid boolean dfsg | Is Valid
Body textarea(1000000) CUn | Body
LengthWithoutComments int(9) CUfsg | Size Without Comments
ManageableState picklist(40) nfsgr | Manageable State
"""
_TRIGGER = """
TableEnumOrId picklist(40) CUfsgr | Custom Object Definition ID
UsageBeforeInsert boolean dfsg | Before Insert
UsageAfterInsert boolean dfsg | After Insert
UsageBeforeUpdate boolean dfsg | Before Update
UsageAfterUpdate boolean dfsg | After Update
UsageBeforeDelete boolean dfsg | Before Delete
UsageAfterDelete boolean dfsg | After Delete
UsageAfterUndelete boolean dfsg | After Undelete
"""
_CUSTOM_OBJECT = """
Id id dfsgi | Custom Object ID
DeveloperName string(80) CUfsgN | Developer Name
NamespacePrefix string(15) nfsg | Namespace Prefix
ManageableState picklist(40) nfsgr | Manageable State
"""
_CUSTOM_FIELD = """
Id id dfsgi | Custom Field ID
DeveloperName string(80) CUfsgN | Developer Name
TableEnumOrId picklist(40) CUfsgr | Entity Enum or ID
EntityDefinitionId string(255) nfsg | Entity Definition ID
NamespacePrefix string(15) nfsg | Namespace Prefix
InlineHelpText textarea(510) CUn | Inline Help Text
Length int(9) CUnfsg | Length
Precision int(9) CUnfsg | Precision
Scale int(9) CUnfsg | Scale
ManageableState picklist(40) nfsgr | Manageable State
"""
_ENTITY = """
Id id dfsgi | Entity Definition ID
DurableId string(255) fsgi | Durable ID
QualifiedApiName string(70) fsgi | Qualified API Name
DeveloperName string(80) fsgN | Developer Name
NamespacePrefix string(15) nfsg | Namespace Prefix
MasterLabel string(80) fsg | Label
Label string(80) fsg | Label
PluralLabel string(80) fsg | Plural Label
KeyPrefix string(5) nfsg | Key Prefix
PublisherId string(255) nfsg | Publisher ID
IsCustomizable boolean dfsg | Customizable
IsCustomSetting boolean dfsg | Custom Setting
IsQueryable boolean dfsg | Queryable
IsTriggerable boolean dfsg | Triggerable
IsApexTriggerable boolean dfsg | Apex Triggerable
IsSearchable boolean dfsg | Searchable
IsDeprecatedAndHidden boolean dfsg | Deprecated
LastModifiedDate datetime dfs | Last Modified Date
"""
_FIELD = """
Id id dfsgi | Field Definition ID
DurableId string(255) fsgi | Durable ID
QualifiedApiName string(255) fsgi | Qualified API Name
DeveloperName string(80) fsgN | Developer Name
NamespacePrefix string(15) nfsg | Namespace Prefix
EntityDefinitionId string(255) fsg | Entity Definition ID
MasterLabel string(80) fsg | Label
Label string(80) fsg | Label
DataType string(255) fsg | Data Type
ValueTypeId string(255) fsg | Value Type ID
Length int(9) nfsg | Length
Precision int(9) nfsg | Precision
Scale int(9) nfsg | Scale
RelationshipName string(80) nfsg | Relationship Name
IsNillable boolean dfsg | Nillable
IsIndexed boolean dfsg | Indexed
IsCalculated boolean dfsg | Calculated
IsNameField boolean dfsg | Name Field
IsCompound boolean dfsg | Compound
LastModifiedDate datetime dfs | Last Modified Date
"""
_PACKAGE = """
Id id dfsgi | Installed Subscriber Package ID
SubscriberPackageId string(18) fsg | Subscriber Package ID
SubscriberPackageVersionId string(18) fsg | Subscriber Package Version ID
MinPackageVersionId string(18) nfsg | Minimum Package Version ID
"""
_PERMISSION_SET = """
Id id dfsgi | PermissionSet ID
Name string(80) CUfsgN | Permission Set Name
Label string(80) CUfsg | Permission Set Label
NamespacePrefix string(15) nfsg | Namespace Prefix
"""
_BUNDLE = """
Id id dfsgi | Lightning Component Bundle ID
DeveloperName string(80) CUfsgN | Developer Name
MasterLabel string(80) CUfsg | Label
NamespacePrefix string(15) nfsg | Namespace Prefix
ApiVersion double(18,1) CUnfs | Api Version
ManageableState picklist(40) nfsgr | Manageable State
"""


def _table(name: str, label: str, prefix: str, fields: str, *, stamps: bool = True) -> SObjectType:
    text = fields.strip() + (f"\n{_STAMPS.strip()}" if stamps else "")
    return SObjectType(
        name=name,
        label=label,
        label_plural=f"{label}s",
        key_prefix=prefix,
        fields=parse_fields(text),
        read_only=True,
    )


TABLES = (
    _table("ApexClass", "Apex Class", "01p", _APEX.format(label="Class")),
    _table("ApexTrigger", "Apex Trigger", "01q", _APEX.format(label="Trigger").strip() + _TRIGGER),
    _table("CustomObject", "Custom Object", "01I", _CUSTOM_OBJECT),
    _table("CustomField", "Custom Field", "00N", _CUSTOM_FIELD),
    _table("EntityDefinition", "Entity Definition", "4ie", _ENTITY, stamps=False),
    _table("FieldDefinition", "Field Definition", "4fe", _FIELD, stamps=False),
    _table("InstalledSubscriberPackage", "Installed Package", "0A3", _PACKAGE, stamps=False),
    _table("LightningComponentBundle", "Lightning Component Bundle", "0Rb", _BUNDLE),
    _table("PermissionSet", "Permission Set", "0PS", _PERMISSION_SET),
)
# Objects of the org itself that the Tooling API has as well.
SHARED = ("Organization", "User", "Profile")
