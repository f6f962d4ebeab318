"""Group: the queues that own records until somebody takes them."""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.sobject import SObjectType

FIELDS = """
Id id dfsgi | Group ID
Name string(40) fsgN | Name
DeveloperName string(80) fsg | Developer Name
Type picklist(40) fsgr | Type
Email email(255) nfsg | Email
OwnerId reference fsg | Owner ID | to Organization/User as Owner
DoesSendEmailToMembers boolean dfsg | Send Email to Members
DoesIncludeBosses boolean dfsg | Include Bosses
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
"""

PICKLISTS = {"Type": ("Regular", "Role", "RoleAndSubordinates", "Organization", "Queue")}

GROUP = SObjectType(
    name="Group",
    label="Group",
    label_plural="Groups",
    key_prefix="00G",
    fields=parse_fields(FIELDS, picklists=PICKLISTS),
    read_only=True,
)
