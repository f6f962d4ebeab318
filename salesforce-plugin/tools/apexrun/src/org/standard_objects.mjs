// The standard objects that the plug-in and its tests touch, as the Object Reference describes them: fields
// that every org has. Those of optional features (several currencies, person accounts, state lists) are absent.
// One line per field: name, type (length), flags.

const SYSTEM = `
  Id Id
  CreatedById Reference(User)
  CreatedDate Datetime
  LastModifiedById Reference(User)
  LastModifiedDate Datetime
  SystemModstamp Datetime
  IsDeleted Boolean`;

const TEXT = `
Account 001
  Name String(255) required
  OwnerId Reference(User)
  ParentId Reference(Account)
  Phone Phone(40)
  Website Url(255)
  Industry Picklist(255)
  Description TextArea(32000)
  MasterRecordId Reference(Account) readonly
Contact 003
  AccountId Reference(Account)
  LastName String(80) required
  FirstName String(40)
  Salutation Picklist(40)
  Name String(121) readonly
  Email Email(80)
  Phone Phone(40)
  MobilePhone Phone(40)
  HomePhone Phone(40)
  OtherPhone Phone(40)
  Fax Phone(40)
  Title String(128)
  Department String(80)
  Birthdate Date
  LeadSource Picklist(255)
  Description TextArea(32000)
  MailingStreet TextArea(255)
  MailingCity String(40)
  MailingState String(80)
  MailingPostalCode String(20)
  MailingCountry String(80)
  MailingLatitude Number(18,15)
  MailingLongitude Number(18,15)
  MailingGeocodeAccuracy Picklist(40)
  MailingAddress Address readonly
  OtherStreet TextArea(255)
  OtherCity String(40)
  OtherState String(80)
  OtherPostalCode String(20)
  OtherCountry String(80)
  OtherLatitude Number(18,15)
  OtherLongitude Number(18,15)
  OtherGeocodeAccuracy Picklist(40)
  OtherAddress Address readonly
  AssistantName String(40)
  AssistantPhone Phone(40)
  EmailBouncedDate Datetime
  EmailBouncedReason String(255)
  IsEmailBounced Boolean readonly
  Jigsaw String(20)
  LastActivityDate Date readonly
  LastReferencedDate Datetime readonly
  LastViewedDate Datetime readonly
  PhotoUrl Url(255) readonly
  HasOptedOutOfEmail Boolean
  HasOptedOutOfFax Boolean
  DoNotCall Boolean
  OwnerId Reference(User)
  ReportsToId Reference(Contact)
  MasterRecordId Reference(Contact) readonly
Lead 00Q
  LastName String(80) required
  FirstName String(40)
  Salutation Picklist(40)
  Name String(121) readonly
  Company String(255) required
  Email Email(80)
  Phone Phone(40)
  MobilePhone Phone(40)
  Fax Phone(40)
  Title String(128)
  Status Picklist(255)
  LeadSource Picklist(255)
  Industry Picklist(255)
  Description TextArea(32000)
  Street TextArea(255)
  City String(40)
  State String(80)
  PostalCode String(20)
  Country String(80)
  Latitude Number(18,15)
  Longitude Number(18,15)
  GeocodeAccuracy Picklist(40)
  Address Address readonly
  AnnualRevenue Number(18,2)
  NumberOfEmployees Number(8,0) integer
  EmailBouncedDate Datetime
  EmailBouncedReason String(255)
  IsUnreadByOwner Boolean
  Jigsaw String(20)
  LastActivityDate Date readonly
  LastReferencedDate Datetime readonly
  LastTransferDate Date readonly
  LastViewedDate Datetime readonly
  PhotoUrl Url(255) readonly
  Website Url(255)
  Rating Picklist(255)
  HasOptedOutOfEmail Boolean
  HasOptedOutOfFax Boolean
  DoNotCall Boolean
  IsConverted Boolean readonly
  ConvertedDate Date readonly
  ConvertedAccountId Reference(Account) readonly
  ConvertedContactId Reference(Contact) readonly
  ConvertedOpportunityId String(18) readonly
  MasterRecordId Reference(Lead) readonly
  OwnerId Reference(User)
LeadStatus 01J
  MasterLabel String(255)
  ApiName String(255)
  IsConverted Boolean
  IsDefault Boolean
User 005 setup
  Username String(80) required unique
  LastName String(80) required
  FirstName String(40)
  Name String(121) readonly
  Email Email(128) required
  Alias String(8) required
  CommunityNickname String(40)
  TimeZoneSidKey Picklist(40) required
  LocaleSidKey Picklist(40) required
  EmailEncodingKey Picklist(40) required
  LanguageLocaleKey Picklist(40) required
  ProfileId Reference(Profile) required
  UserType Picklist(40) readonly
  IsActive Boolean
Profile 00e setup
  Name String(255)
  UserType Picklist(40)
PermissionSet 0PS setup
  Name String(80) required
  Label String(80) required
  ProfileId Reference(Profile)
  IsOwnedByProfile Boolean
PermissionSetAssignment 0Pa setup
  AssigneeId Reference(User) required
  PermissionSetId Reference(PermissionSet) required
CustomPermission 0CP setup
  DeveloperName String(80)
  MasterLabel String(80)
SetupEntityAccess 0J0 setup
  ParentId Reference(PermissionSet)
  SetupEntityId Id
  SetupEntityType Picklist(40)
Organization 00D
  Name String(80)
  IsSandbox Boolean
  OrganizationType Picklist(40)
  InstanceName String(10)
  LanguageLocaleKey Picklist(40)
  TimeZoneSidKey Picklist(40)
ApexClass 01p
  Name String(255)
  NamespacePrefix String(15)
  ApiVersion Number(18,1)
AsyncApexJob 707
  ApexClassId Reference(ApexClass)
  JobType Picklist(40)
  Status Picklist(40)
  MethodName String(255)
  ExtendedStatus String(1000)
  NumberOfErrors Number(9,0) integer
  CompletedDate Datetime
  CronTriggerId Reference(CronTrigger)
CronJobDetail 08a
  Name String(255)
  JobType Picklist(40)
CronTrigger 08e
  CronJobDetailId Reference(CronJobDetail)
  CronExpression String(255)
  NextFireTime Datetime
  PreviousFireTime Datetime
  StartTime Datetime
  EndTime Datetime
  State Picklist(40)
  TimesTriggered Number(9,0) integer
  OwnerId Reference(User)
Group 00G setup
  Name String(40)
  DeveloperName String(80)
  Type Picklist(40)
EventBusSubscriber 0gS
  Name String(255)
  Topic String(255)
  Type String(40)
  Position Number(9,0) integer
  Retries Number(9,0) integer
  Status Picklist(40)
  LastError String(1000)
`;

/** Plain descriptions of all standard objects; metadata.mjs turns them into schemas. */
export function standardObjects() {
  const objects = [];
  for (const line of TEXT.trim().split('\n')) {
    if (!line.startsWith(' ')) {
      const [name, prefix, ...flags] = line.split(' ');
      objects.push({ name, prefix, isSetup: flags.includes('setup'), fields: [] });
    } else objects.at(-1).fields.push(fieldLine(line));
  }
  const system = SYSTEM.trim().split('\n').map(fieldLine);
  for (const object of objects) object.fields.unshift(...system);
  return objects;
}

/** The system fields that every object has. */
export function systemFields() {
  return SYSTEM.trim().split('\n').map(fieldLine);
}

const SYSTEM_SET = new Set([
  'Id',
  'CreatedById',
  'CreatedDate',
  'LastModifiedById',
  'LastModifiedDate',
  'SystemModstamp',
  'IsDeleted'
]);

function fieldLine(line) {
  const [name, description, ...flags] = line.trim().split(' ');
  const [, type, size] = /^(\w+)(?:\(([^)]*)\))?$/.exec(description);
  const isReference = type === 'Reference';
  return {
    name,
    type,
    length: /^\d+$/.test(size ?? '') ? Number(size) : null,
    scale: type === 'Number' ? Number(size.split(',')[1]) : null,
    isInteger: flags.includes('integer'),
    target: isReference ? size : null,
    relationship: isReference ? name.replace(/Id$/, '') : null,
    required: flags.includes('required'),
    unique: flags.includes('unique'),
    readOnly: flags.includes('readonly') || SYSTEM_SET.has(name),
    isCustom: false,
    picklist: null,
    defaultValue: null,
    externalId: false
  };
}
