"""Campaign and CampaignMember: what people were asked to, and who answered.

Their main fields, as a developer org describes them; the table's notation is explained in
`schema/notation.py`.
"""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.picklists import LEAD_SOURCES
from salesforce_simulator.schema.sobject import SObjectType

CAMPAIGN_FIELDS = """
Id id dfsgi | Campaign ID
IsDeleted boolean dfsg | Deleted
Name string(80) CUfsgN | Name
ParentId reference CUnfsgpx | Parent Campaign ID | to Campaign as Parent of ChildCampaigns
Type picklist(40) CUnfsgp | Type
Status picklist(40) CUdnfsgp | Status
StartDate date CUnfsgp | Start Date
EndDate date CUnfsgp | End Date
ExpectedRevenue currency(18,0) CUnfsp | Expected Revenue
BudgetedCost currency(18,0) CUnfsp | Budgeted Cost
ActualCost currency(18,0) CUnfsp | Actual Cost
ExpectedResponse percent(10,2) CUdnfsp | Expected Response (%)
NumberSent double(18,0) CUdnfsp | Num Sent
IsActive boolean CUdfsgp | Active
Description textarea(32000) CUnp | Description
OwnerId reference CUdfsg | Owner ID | to User as Owner
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
"""

MEMBER_FIELDS = """
Id id dfsgi | Campaign Member ID
IsDeleted boolean dfsg | Deleted
CampaignId reference Cfsgx | Campaign ID | to Campaign as Campaign
LeadId reference Cnfsgx | Lead ID | to Lead as Lead
ContactId reference Cnfsgx | Contact ID | to Contact as Contact
Status picklist(40) CUdnfsgp | Status
HasResponded boolean dfsg | Responded
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
LeadSource picklist(255) nfsg | Lead Source
"""

CAMPAIGN = SObjectType(
    name="Campaign",
    label="Campaign",
    label_plural="Campaigns",
    key_prefix="701",
    fields=parse_fields(
        CAMPAIGN_FIELDS,
        picklists={
            "Type": ("Conference", "Webinar", "Trade Show", "Email", "Advertisement", "Other"),
            "Status": ("Planned", "In Progress", "Completed", "Aborted"),
        },
    ),
    defaults={"Status": "Planned"},
)

CAMPAIGN_MEMBER = SObjectType(
    name="CampaignMember",
    label="Campaign Member",
    label_plural="CampaignMembers",
    key_prefix="00v",
    fields=parse_fields(
        MEMBER_FIELDS, picklists={"Status": ("Sent", "Responded"), "LeadSource": LEAD_SOURCES}
    ),
    defaults={"Status": "Sent"},
)
