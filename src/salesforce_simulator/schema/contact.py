"""Contact: a person at a customer. Its fields as a developer org describes them.

The table's notation is explained in `schema/notation.py`.
"""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.picklists import (
    CLEAN_STATUSES,
    GEOCODE_ACCURACIES,
    LEAD_SOURCES,
    SALUTATIONS,
)
from salesforce_simulator.schema.sobject import SObjectType

FIELDS = """
Id id dfsgi | Contact ID
IsDeleted boolean dfsg | Deleted
MasterRecordId reference nfsg | Master Record ID | to Contact as MasterRecord
AccountId reference CUnfsgpx | Account ID | to Account as Account
LastName string(80) CUfsg | Last Name | in Name
FirstName string(40) CUnfsg | First Name | in Name
Salutation picklist(40) CUnfsg | Salutation | in Name
Name string(121) fsgN | Full Name
OtherStreet textarea(255) CUnfsgp | Other Street | in OtherAddress
OtherCity string(40) CUnfsgp | Other City | in OtherAddress
OtherState string(80) CUnfsgp | Other State/Province | in OtherAddress
OtherPostalCode string(20) CUnfsgp | Other Zip/Postal Code | in OtherAddress
OtherCountry string(80) CUnfsgp | Other Country | in OtherAddress
OtherLatitude double(18,15) CUnfsp | Other Latitude | in OtherAddress
OtherLongitude double(18,15) CUnfsp | Other Longitude | in OtherAddress
OtherGeocodeAccuracy picklist(40) CUnfsgrp | Other Geocode Accuracy | in OtherAddress
OtherAddress address nfp | Other Address
MailingStreet textarea(255) CUnfsgp | Mailing Street | in MailingAddress
MailingCity string(40) CUnfsgp | Mailing City | in MailingAddress
MailingState string(80) CUnfsgp | Mailing State/Province | in MailingAddress
MailingPostalCode string(20) CUnfsgp | Mailing Zip/Postal Code | in MailingAddress
MailingCountry string(80) CUnfsgp | Mailing Country | in MailingAddress
MailingLatitude double(18,15) CUnfsp | Mailing Latitude | in MailingAddress
MailingLongitude double(18,15) CUnfsp | Mailing Longitude | in MailingAddress
MailingGeocodeAccuracy picklist(40) CUnfsgrp | Mailing Geocode Accuracy | in MailingAddress
MailingAddress address nfp | Mailing Address
Phone phone(40) CUnfsgp | Business Phone
Fax phone(40) CUnfsgp | Business Fax
MobilePhone phone(40) CUnfsgp | Mobile Phone
HomePhone phone(40) CUnfsgp | Home Phone
OtherPhone phone(40) CUnfsgp | Other Phone
AssistantPhone phone(40) CUnfsgp | Asst. Phone
ReportsToId reference CUnfsgpx | Reports To ID | to Contact as ReportsTo
Email email(80) CUnfsgip | Email
Title string(128) CUnfsgp | Title
Department string(80) CUnfsgp | Department
AssistantName string(40) CUnfsgp | Assistant's Name
LeadSource picklist(255) CUnfsgp | Lead Source
Birthdate date CUnfsgp | Birthdate
Description textarea(32000) CUnp | Contact Description
OwnerId reference CUdfsg | Owner ID | to User as Owner
HasOptedOutOfEmail boolean dfsgCUp | Email Opt Out
HasOptedOutOfFax boolean dfsgCUp | Fax Opt Out
DoNotCall boolean dfsgCUp | Do Not Call
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
LastActivityDate date nfsg | Last Activity
LastCURequestDate datetime nfs | Last Stay-in-Touch Request Date
LastCUUpdateDate datetime nfs | Last Stay-in-Touch Save Date
LastViewedDate datetime nfs | Last Viewed Date
LastReferencedDate datetime nfs | Last Referenced Date
EmailBouncedReason string(255) CUnfsg | Email Bounced Reason
EmailBouncedDate datetime CUnfs | Email Bounced Date
IsEmailBounced boolean dfsg | Is Email Bounced
PhotoUrl url(255) nfsg | Photo URL
Jigsaw string(20) CUnfsgp | Data.com Key
JigsawContactId string(20) nfsg | Jigsaw Contact ID | as JigsawContact
CleanStatus picklist(40) CUnfsgrp | Clean Status
IndividualId reference CUnfsgx | Individual ID | to Individual as Individual
"""

PICKLISTS = {
    "Salutation": SALUTATIONS,
    "OtherGeocodeAccuracy": GEOCODE_ACCURACIES,
    "MailingGeocodeAccuracy": GEOCODE_ACCURACIES,
    "LeadSource": LEAD_SOURCES,
    "CleanStatus": CLEAN_STATUSES,
}

CONTACT = SObjectType(
    name="Contact",
    label="Contact",
    label_plural="Contacts",
    key_prefix="003",
    fields=parse_fields(FIELDS, picklists=PICKLISTS),
    person=True,
)
