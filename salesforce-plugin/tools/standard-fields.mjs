/**
 * The standard objects and fields that the plug-in names in queries and permission sets, as the
 * vendor's reference has them. Custom ones are read from the source.
 */
export const STANDARD = {
  AsyncApexJob: ['Id', 'ApexClassId', 'ApexClass', 'Status', 'JobType', 'CreatedDate'],
  ApexClass: ['Id', 'Name'],
  Contact: ['Id', 'FirstName', 'LastName', 'Email', 'MasterRecordId'],
  CronJobDetail: ['Id', 'Name', 'JobType'],
  CronTrigger: ['Id', 'CronJobDetailId', 'CronJobDetail', 'State', 'NextFireTime'],
  Lead: ['Id', 'FirstName', 'LastName', 'Email', 'Company', 'IsConverted', 'ConvertedContactId'],
  PermissionSet: ['Id', 'Name', 'Label'],
  UserExternalCredential: ['Id']
};

/** What every custom object has without being asked. */
export const ALWAYS = [
  'Id',
  'Name',
  'CreatedDate',
  'LastModifiedDate',
  'SystemModstamp',
  'OwnerId',
  'SetupOwnerId'
];
