"""Account: a company. Its fields as a developer org describes them.

The table's notation is explained in `schema/notation.py`.
"""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.picklists import (
    CLEAN_STATUSES,
    GEOCODE_ACCURACIES,
    INDUSTRIES,
    LEAD_SOURCES,
    RATINGS,
)
from salesforce_simulator.schema.sobject import SObjectType

FIELDS = """
Id id dfsgi | Account ID
IsDeleted boolean dfsg | Deleted
MasterRecordId reference nfsg | Master Record ID | to Account as MasterRecord
Name string(255) CUfsgN | Account Name | in Name
Type picklist(40) CUnfsgp | Account Type
ParentId reference CUnfsgpx | Parent Account ID | to Account as Parent of ChildAccounts
BillingStreet textarea(255) CUnfsgp | Billing Street | in BillingAddress
BillingCity string(40) CUnfsgp | Billing City | in BillingAddress
BillingState string(80) CUnfsgp | Billing State/Province | in BillingAddress
BillingPostalCode string(20) CUnfsgp | Billing Zip/Postal Code | in BillingAddress
BillingCountry string(80) CUnfsgp | Billing Country | in BillingAddress
BillingLatitude double(18,15) CUnfsp | Billing Latitude | in BillingAddress
BillingLongitude double(18,15) CUnfsp | Billing Longitude | in BillingAddress
BillingGeocodeAccuracy picklist(40) CUnfsgrp | Billing Geocode Accuracy | in BillingAddress
BillingAddress address nfp | Billing Address
ShippingStreet textarea(255) CUnfsgp | Shipping Street | in ShippingAddress
ShippingCity string(40) CUnfsgp | Shipping City | in ShippingAddress
ShippingState string(80) CUnfsgp | Shipping State/Province | in ShippingAddress
ShippingPostalCode string(20) CUnfsgp | Shipping Zip/Postal Code | in ShippingAddress
ShippingCountry string(80) CUnfsgp | Shipping Country | in ShippingAddress
ShippingLatitude double(18,15) CUnfsp | Shipping Latitude | in ShippingAddress
ShippingLongitude double(18,15) CUnfsp | Shipping Longitude | in ShippingAddress
ShippingGeocodeAccuracy picklist(40) CUnfsgrp | Shipping Geocode Accuracy | in ShippingAddress
ShippingAddress address nfp | Shipping Address
Phone phone(40) CUnfsgp | Account Phone
Fax phone(40) CUnfsgp | Account Fax
AccountNumber string(40) CUnfsgp | Account Number
Website url(255) CUnfsgp | Website
PhotoUrl url(255) nfsg | Photo URL
Sic string(20) CUnfsgp | SIC Code
Industry picklist(40) CUnfsgp | Industry
AnnualRevenue currency(18,0) CUnfsp | Annual Revenue
NumberOfEmployees int(8) CUnfsgp | Employees
Ownership picklist(40) CUnfsgp | Ownership
TickerSymbol string(20) CUnfsgp | Ticker Symbol
Description textarea(32000) CUnp | Account Description
Rating picklist(40) CUnfsgp | Account Rating
Site string(80) CUnfsgp | Account Site
OwnerId reference CUdfsg | Owner ID | to User as Owner
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
LastActivityDate date nfsg | Last Activity
LastViewedDate datetime nfs | Last Viewed Date
LastReferencedDate datetime nfs | Last Referenced Date
IsPartner boolean Udfsg | Partner Account
IsCustomerPortal boolean Udfsg | Customer Portal Account
ChannelProgramName string(255) ng | Channel Program Name
ChannelProgramLevelName string(255) ng | Channel Program Level Name
Jigsaw string(20) CUnfsgp | Data.com Key
JigsawCompanyId string(20) nfsg | Jigsaw Company ID | as JigsawCompany
CleanStatus picklist(40) CUnfsgrp | Clean Status
AccountSource picklist(40) CUnfsgp | Account Source
DunsNumber string(9) CUnfsgp | D-U-N-S Number
Tradestyle string(255) CUnfsgp | Tradestyle
NaicsCode string(8) CUnfsgp | NAICS Code
NaicsDesc string(120) CUnfsgp | NAICS Description
YearStarted string(4) CUnfsgp | Year Started
SicDesc string(80) CUnfsgp | SIC Description
DandbCompanyId reference CUnfsgpx | D&B Company ID | to DandBCompany as DandbCompany
OperatingHoursId reference CUnfsgpx | Operating Hour ID | to OperatingHours as OperatingHours
"""

PICKLISTS = {
    "Type": (
        "Prospect",
        "Customer - Direct",
        "Customer - Channel",
        "Channel Partner / Reseller",
        "Installation Partner",
        "Technology Partner",
        "Other",
    ),
    "BillingGeocodeAccuracy": GEOCODE_ACCURACIES,
    "ShippingGeocodeAccuracy": GEOCODE_ACCURACIES,
    "Industry": INDUSTRIES,
    "Ownership": ("Public", "Private", "Subsidiary", "Other"),
    "Rating": RATINGS,
    "CleanStatus": CLEAN_STATUSES,
    "AccountSource": LEAD_SOURCES,
}

ACCOUNT = SObjectType(
    name="Account",
    label="Account",
    label_plural="Accounts",
    key_prefix="001",
    fields=parse_fields(FIELDS, picklists=PICKLISTS),
)
