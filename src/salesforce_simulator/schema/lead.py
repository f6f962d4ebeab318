"""Lead: a person not yet qualified. Its fields as a developer org describes them.

The table's notation is explained in `schema/notation.py`.
"""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.picklists import (
    CLEAN_STATUSES,
    GEOCODE_ACCURACIES,
    INDUSTRIES,
    LEAD_SOURCES,
    RATINGS,
    SALUTATIONS,
)
from salesforce_simulator.schema.sobject import SObjectType

FIELDS = """
Id id dfsgi | Lead ID
IsDeleted boolean dfsg | Deleted
MasterRecordId reference nfsg | Master Record ID | to Lead as MasterRecord
LastName string(80) CUfsg | Last Name | in Name
FirstName string(40) CUnfsg | First Name | in Name
Salutation picklist(40) CUnfsg | Salutation | in Name
Name string(121) fsgN | Full Name
Title string(128) CUnfsgp | Title
Company string(255) CUfsg | Company
Street textarea(255) CUnfsgp | Street | in Address
City string(40) CUnfsgp | City | in Address
State string(80) CUnfsgp | State/Province | in Address
PostalCode string(20) CUnfsgp | Zip/Postal Code | in Address
Country string(80) CUnfsgp | Country | in Address
Latitude double(18,15) CUnfsp | Latitude | in Address
Longitude double(18,15) CUnfsp | Longitude | in Address
GeocodeAccuracy picklist(40) CUnfsgrp | Geocode Accuracy | in Address
Address address nfp | Address
Phone phone(40) CUnfsgp | Phone
MobilePhone phone(40) CUnfsgp | Mobile Phone
Fax phone(40) CUnfsgp | Fax
Email email(80) CUnfsgip | Email
Website url(255) CUnfsgp | Website
PhotoUrl url(255) nfsg | Photo URL
Description textarea(32000) CUnp | Description
LeadSource picklist(255) CUnfsgp | Lead Source
Status picklist(255) CUdfsg | Status
Industry picklist(255) CUnfsgp | Industry
Rating picklist(255) CUnfsgp | Rating
AnnualRevenue currency(18,0) CUnfsp | Annual Revenue
NumberOfEmployees int(8) CUnfsgp | Employees
OwnerId reference CUdfsg | Owner ID | to Group/User as Owner
HasOptedOutOfEmail boolean dfsgCUp | Email Opt Out
HasOptedOutOfFax boolean dfsgCUp | Fax Opt Out
DoNotCall boolean dfsgCUp | Do Not Call
IsConverted boolean Cdfsg | Converted
ConvertedDate date nfsg | Converted Date
ConvertedAccountId reference nfsgx | Converted Account ID | to Account as ConvertedAccount
ConvertedContactId reference nfsgx | Converted Contact ID | to Contact as ConvertedContact
ConvertedOpportunityId reference nfsgx | Converted Opportunity ID | to Opportunity as ConvertedOpportunity
IsUnreadByOwner boolean CUdfsg | Unread By Owner
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
LastActivityDate date nfsg | Last Activity
LastViewedDate datetime nfs | Last Viewed Date
LastReferencedDate datetime nfs | Last Referenced Date
Jigsaw string(20) CUnfsgp | Data.com Key
JigsawContactId string(20) nfsg | Jigsaw Contact ID | as JigsawContact
CleanStatus picklist(40) CUnfsgrp | Clean Status
CompanyDunsNumber string(9) CUnfsgp | Company D-U-N-S Number
DandbCompanyId reference CUnfsgpx | D&B Company ID | to DandBCompany as DandbCompany
EmailBouncedReason string(255) Unfsg | Email Bounced Reason
EmailBouncedDate datetime Unfs | Email Bounced Date
IndividualId reference CUnfsgx | Individual ID | to Individual as Individual
"""  # noqa: E501

PICKLISTS = {
    "Salutation": (*SALUTATIONS, "Mx."),
    "GeocodeAccuracy": GEOCODE_ACCURACIES,
    "LeadSource": LEAD_SOURCES,
    "Status": (
        "Open - Not Contacted",
        "Working - Contacted",
        "Closed - Converted",
        "Closed - Not Converted",
    ),
    "Industry": INDUSTRIES,
    "Rating": RATINGS,
    "CleanStatus": CLEAN_STATUSES,
}

LEAD = SObjectType(
    name="Lead",
    label="Lead",
    label_plural="Leads",
    key_prefix="00Q",
    fields=parse_fields(FIELDS, picklists=PICKLISTS),
    person=True,
    defaults={"Status": "Open - Not Contacted"},
)
