"""Organization: the one row that says which org this is."""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.sobject import SObjectType

FIELDS = """
Id id dfsgi | Organization ID
Name string(80) Ufsg | Name
Country string(80) Unfsg | Country
DefaultLocaleSidKey picklist(40) Ufsgr | Locale
TimeZoneSidKey picklist(40) Ufsgr | Time Zone
LanguageLocaleKey picklist(40) Ufsgr | Language
IsSandbox boolean dfsg | Is Sandbox
IsReadOnly boolean dfsg | Is Read Only
InstanceName picklist(5) nfsgr | Instance Name
NamespacePrefix string(15) nfsg | Namespace Prefix
OrganizationType picklist(40) nfsgr | Edition
TrialExpirationDate datetime nfs | Trial Expiration Date
FiscalYearStartMonth int(2) Unfsg | Fiscal Year Starts In
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
"""

ORGANIZATION = SObjectType(
    name="Organization",
    label="Organization",
    label_plural="Organizations",
    key_prefix="00D",
    fields=parse_fields(FIELDS),
    read_only=True,
)
