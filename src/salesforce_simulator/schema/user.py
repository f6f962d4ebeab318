"""User: the people and integrations that act in the org."""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.sobject import SObjectType

FIELDS = """
Id id dfsgi | User ID
Username string(80) CUfsgi | Username
LastName string(80) CUfsg | Last Name | in Name
FirstName string(40) CUnfsg | First Name | in Name
Name string(121) fsgN | Full Name
CompanyName string(80) CUnfsg | Company Name
Division string(80) CUnfsg | Division
Department string(80) CUnfsg | Department
Title string(80) CUnfsg | Title
Street textarea(255) CUnfsg | Street | in Address
City string(40) CUnfsg | City | in Address
State string(80) CUnfsg | State/Province | in Address
PostalCode string(20) CUnfsg | Zip/Postal Code | in Address
Country string(80) CUnfsg | Country | in Address
Latitude double(18,15) CUnfs | Latitude | in Address
Longitude double(18,15) CUnfs | Longitude | in Address
GeocodeAccuracy picklist(40) CUnfsgr | Geocode Accuracy | in Address
Address address nf | Address
Email email(128) CUfsgi | Email
Phone phone(40) CUnfsg | Phone
Fax phone(40) CUnfsg | Fax
MobilePhone phone(40) CUnfsg | Mobile
Alias string(8) CUfsg | Alias
CommunityNickname string(40) CUfsg | Nickname
IsActive boolean CUdfsg | Active
TimeZoneSidKey picklist(40) CUdfsgr | Time Zone
LocaleSidKey picklist(40) CUdfsgr | Locale
EmailEncodingKey picklist(40) CUdfsgr | Email Encoding
LanguageLocaleKey picklist(40) CUdfsgr | Language
ProfileId reference CUdfsg | Profile ID | to Profile as Profile
UserType picklist(40) nfsgr | User Type
EmployeeNumber string(20) CUnfsg | Employee Number
ManagerId reference CUnfsg | Manager ID | to User as Manager
LastLoginDate datetime nfs | Last Login
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
"""

PICKLISTS = {
    "TimeZoneSidKey": ("Europe/Paris", "America/Los_Angeles", "America/New_York", "GMT"),
    "LocaleSidKey": ("en_US", "en_GB", "fr_FR", "fr_CA"),
    "EmailEncodingKey": ("UTF-8", "ISO-8859-1"),
    "LanguageLocaleKey": ("en_US", "fr"),
    "UserType": ("Standard", "PowerPartner", "CSPLitePortal", "Guest", "AutomatedProcess"),
}

USER = SObjectType(
    name="User",
    label="User",
    label_plural="Users",
    key_prefix="005",
    fields=parse_fields(FIELDS, picklists=PICKLISTS),
    person=True,
    read_only=True,
)
