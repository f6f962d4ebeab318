// User mode, permission sets, custom permissions.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { METADATA, testBody } from './apex.mjs';

const metadata = {
  ...METADATA,
  'objects/Contact/fields/Secret__c.field-meta.xml':
    '<CustomField><fullName>Secret__c</fullName><type>Text</type><length>10</length></CustomField>',
  'permissionsets/Trusted.permissionset-meta.xml': `<PermissionSet><label>Trusted</label>
    <fieldPermissions><editable>true</editable><field>Contact.Secret__c</field><readable>true</readable></fieldPermissions>
    <objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>false</allowEdit><allowRead>true</allowRead><object>Note__c</object></objectPermissions>
    <customPermissions><enabled>true</enabled><name>MayDo</name></customPermissions></PermissionSet>`
};
const AS_STANDARD = `User u = new User(Username = 'u@example.com', LastName = 'u', Email = 'u@example.com', Alias = 'u', TimeZoneSidKey = 'GMT', LocaleSidKey = 'en_US',
  EmailEncodingKey = 'UTF-8', LanguageLocaleKey = 'en_US', ProfileId = [SELECT Id FROM Profile WHERE Name = 'Standard User'].Id); insert u;`;
const TRUSTED =
  "System.runAs(new User(Id = UserInfo.getUserId())) { insert new PermissionSetAssignment(AssigneeId = u.Id, PermissionSetId = [SELECT Id FROM PermissionSet WHERE Name = 'Trusted'].Id); }";

const message = (body) => testBody(body, { metadata }).message;

test('field-level security of a custom field comes with a permission set, even for administrators', () => {
  assert.match(
    message('List<Contact> l = [SELECT Secret__c FROM Contact WITH USER_MODE];'),
    /No such column 'Secret__c'/
  );
  assert.match(
    message("insert as user new Contact(LastName = 'x', Secret__c = 's');"),
    /inaccessible/
  );
  assert.equal(message("insert new Contact(LastName = 'x', Secret__c = 's');"), null);
  assert.equal(
    message(
      `${AS_STANDARD} ${TRUSTED} System.runAs(u) { insert as user new Contact(LastName = 'x', Secret__c = 's'); Assert.areEqual(1, [SELECT Secret__c FROM Contact WITH USER_MODE].size()); }`
    ),
    null
  );
});

test('rights on an object: none is an unknown object in a query, a denied one in DML', () => {
  assert.match(
    message(
      `${AS_STANDARD} System.runAs(u) { List<Note__c> l = [SELECT Id FROM Note__c WITH USER_MODE]; }`
    ),
    /sObject type 'Note__c' is not supported/
  );
  assert.match(
    message(
      `${AS_STANDARD} ${TRUSTED} System.runAs(u) { List<Note__c> l = [SELECT Id FROM Note__c WITH USER_MODE]; insert as user new Note__c(); }`
    ),
    /Access to entity 'Note__c' denied/
  );
});

test('Database methods take the mode too, and report instead of throwing', () => {
  assert.equal(
    message(
      `${AS_STANDARD} System.runAs(u) { Assert.isFalse(Database.insert(new Note__c(), false, AccessLevel.USER_MODE).isSuccess()); Assert.isTrue(Database.insert(new Note__c(), false, AccessLevel.SYSTEM_MODE).isSuccess()); }`
    ),
    null
  );
});

test('custom permissions come with a permission set', () => {
  assert.equal(
    message(
      `${AS_STANDARD} System.runAs(u) { Assert.isFalse(FeatureManagement.checkPermission('MayDo')); } ${TRUSTED} System.runAs(u) { Assert.isTrue(FeatureManagement.checkPermission('MayDo')); }`
    ),
    null
  );
});
