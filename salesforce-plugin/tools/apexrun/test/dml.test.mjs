// DML, triggers and what a transaction may use.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { METADATA as metadata, script, testBody } from './apex.mjs';

const passes = (body, parts = {}) =>
  assert.deepEqual(testBody(body, { metadata, ...parts }).message, null);
const counting = {
  classes: {
    Seen: 'public class Seen { public static List<Integer> sizes = new List<Integer>(); public static List<String> ops = new List<String>(); }'
  },
  triggers: {
    T: 'trigger T on Contact (before insert, after insert, before update, after update, before delete, after delete, after undelete) { Seen.sizes.add(Trigger.size); Seen.ops.add(Trigger.operationType.name()); }'
  }
};

test('triggers see at most 200 records at a time (Bulk DML)', () => {
  passes(
    `List<Contact> l = new List<Contact>(); for (Integer i = 0; i < 450; i++) l.add(new Contact(LastName = 'x'));
    insert l; Assert.areEqual(new List<Integer>{200, 200, 200, 200, 50, 50}, Seen.sizes);`,
    counting
  );
});

test('150 statements, 10,000 rows, 100 queries; what passes them cannot be caught (Execution Governors and Limits)', () => {
  const over = (body) => testBody(body, { metadata }).message;
  assert.match(
    over(
      'for (Integer i = 0; i < 151; i++) { try { insert new Note__c(); } catch (Exception e) { } }'
    ),
    /Too many DML statements: 151/
  );
  assert.match(
    over('for (Integer i = 0; i < 101; i++) { List<Contact> l = [SELECT Id FROM Contact]; }'),
    /Too many SOQL queries: 101/
  );
  assert.match(
    over(
      'List<Note__c> l = new List<Note__c>(); for (Integer i = 0; i < 10001; i++) l.add(new Note__c()); insert l;'
    ),
    /Too many DML rows: 10001/
  );
});

test('DML on an empty list costs no statement', () => {
  passes('insert new List<Note__c>(); Assert.areEqual(0, Limits.getDmlStatements());');
});

test('all or none: one bad record takes all back, and no record keeps an Id', () => {
  passes(`List<Contact> l = new List<Contact>{ new Contact(LastName = 'a'), new Contact() };
    try { insert l; Assert.fail(); } catch (DmlException e) {
      Assert.areEqual(1, e.getDmlIndex(0)); Assert.areEqual(StatusCode.REQUIRED_FIELD_MISSING, e.getDmlType(0)); Assert.isNull(l[0].Id); }
    Assert.areEqual(0, [SELECT COUNT() FROM Contact]);`);
});

test('partial success: good records go through the triggers again, limits go back, statics stay (Bulk DML Exception Handling)', () => {
  passes(
    `List<Contact> l = new List<Contact>{ new Contact(LastName = 'a'), new Contact(), new Contact(LastName = 'b') };
    List<Database.SaveResult> r = Database.insert(l, false);
    Assert.isTrue(r[0].isSuccess()); Assert.isFalse(r[1].isSuccess()); Assert.areEqual('REQUIRED_FIELD_MISSING', r[1].getErrors()[0].getStatusCode().name());
    Assert.areEqual(2, [SELECT COUNT() FROM Contact]); Assert.areEqual(new List<Integer>{3, 2, 2, 2}, Seen.sizes);
    Assert.areEqual(1, Limits.getDmlStatements());`,
    counting
  );
});

test('what a trigger wrote in a failed attempt is taken back', () => {
  passes(
    `Database.insert(new List<Contact>{ new Contact(LastName = 'a'), new Contact() }, false); Assert.areEqual(1, [SELECT COUNT() FROM Note__c]);`,
    {
      triggers: { T: 'trigger T on Contact (before insert) { insert new Note__c(); }' }
    }
  );
});

test('an exception in a trigger reaches the caller as DmlException; addError refuses one record', () => {
  const triggers = {
    T: "trigger T on Contact (before insert) { for (Contact c : Trigger.new) { if (c.LastName == 'npe') { String s; s.length(); } if (c.LastName == 'no') c.addError('refused'); } }"
  };
  passes(
    `try { insert new Contact(LastName = 'npe'); Assert.fail(); } catch (DmlException e) { Assert.isTrue(e.getMessage().contains('T: execution of BeforeInsert'), e.getMessage()); Assert.isTrue(e.getMessage().contains('NullPointerException')); }
    try { insert new Contact(LastName = 'no'); Assert.fail(); } catch (DmlException e) { Assert.areEqual('refused', e.getDmlMessage(0)); }`,
    { triggers }
  );
});

test('triggers that fire themselves end at depth 16', () => {
  const triggers = {
    T: "trigger T on Contact (after insert) { insert new Contact(LastName = 'again'); }"
  };
  assert.match(
    testBody("insert new Contact(LastName = 'x');", { triggers }).message,
    /Maximum trigger depth exceeded/
  );
});

test('Trigger.new is read-only after the write, Trigger.old always', () => {
  const after = { T: "trigger T on Contact (after insert) { Trigger.new[0].LastName = 'x'; }" };
  assert.match(
    testBody("insert new Contact(LastName = 'x');", { triggers: after }).message,
    /Record is read-only/
  );
  const before = {
    T: "trigger T on Contact (before insert) { Trigger.new[0].LastName = 'changed'; }"
  };
  passes(
    "Contact c = new Contact(LastName = 'x'); insert c; Assert.areEqual('changed', [SELECT LastName FROM Contact].LastName);",
    { triggers: before }
  );
});

test('merge: losers are deleted with MasterRecordId before the master is updated (Triggers and Merge Statements)', () => {
  const triggers = {
    T: 'trigger T on Contact (before delete, after delete, after update) { Seen.ops.add(Trigger.operationType.name()); if (Trigger.isDelete) Seen.ids.add(Trigger.old[0].MasterRecordId); }'
  };
  const classes = {
    Seen: 'public class Seen { public static List<String> ops = new List<String>(); public static List<Id> ids = new List<Id>(); }'
  };
  passes(
    `Contact a = new Contact(LastName = 'a'); Contact b = new Contact(LastName = 'b'); insert new List<Contact>{ a, b };
    merge a b; Assert.areEqual(new List<String>{'BEFORE_DELETE', 'AFTER_DELETE', 'AFTER_UPDATE'}, Seen.ops); Assert.areEqual(new List<Id>{ null, a.Id }, Seen.ids);
    Assert.areEqual(a.Id, [SELECT MasterRecordId FROM Contact WHERE Id = :b.Id ALL ROWS].MasterRecordId);`,
    { triggers, classes }
  );
});

test('delete, undelete and the recycle bin', () => {
  passes(`Contact c = new Contact(LastName = 'c'); insert c; delete c; Assert.areEqual(0, [SELECT COUNT() FROM Contact]);
    undelete c; Assert.areEqual(1, [SELECT COUNT() FROM Contact]); delete c; Database.emptyRecycleBin(c);
    Assert.areEqual(0, [SELECT COUNT() FROM Contact ALL ROWS]);
    try { undelete c; Assert.fail(); } catch (DmlException e) { Assert.areEqual('UNDELETE_FAILED', e.getDmlType(0).name()); }`);
});

test('a lead conversion is an update of the lead that its triggers see', () => {
  const triggers = {
    T: 'trigger T on Lead (after update) { if (Trigger.new[0].IsConverted && !Trigger.old[0].IsConverted) insert new Note__c(Text__c = Trigger.new[0].ConvertedContactId.to15().left(10)); }'
  };
  passes(
    `Lead l = new Lead(LastName = 'l', Company = 'c', Email = 'l@example.com'); insert l;
    Database.LeadConvert convert = new Database.LeadConvert(); convert.setLeadId(l.Id); convert.setDoNotCreateOpportunity(true);
    convert.setConvertedStatus([SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true LIMIT 1].MasterLabel);
    Database.LeadConvertResult r = Database.convertLead(convert); Assert.isTrue(r.isSuccess());
    Assert.areEqual('l@example.com', [SELECT Email FROM Contact WHERE Id = :r.getContactId()].Email); Assert.areEqual(1, [SELECT COUNT() FROM Note__c]);`,
    { triggers }
  );
});

test('field rules: length, restricted picklist, unique, e-mail, number, default', () => {
  passes(`insert new Note__c(Key__c = 'k');
    Assert.areEqual('New', [SELECT State__c FROM Note__c].State__c);
    List<Note__c> bad = new List<Note__c>{ new Note__c(Text__c = '12345678901'), new Note__c(State__c = 'Other'), new Note__c(Key__c = 'K'), new Note__c(Count__c = 10000) };
    List<String> codes = new List<String>();
    for (Database.SaveResult r : Database.insert(bad, false)) codes.add(r.getErrors()[0].getStatusCode().name());
    Assert.areEqual(new List<String>{ 'STRING_TOO_LONG', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'DUPLICATE_VALUE', 'NUMBER_OUTSIDE_VALID_RANGE' }, codes);
    Assert.areEqual('INVALID_EMAIL_ADDRESS', Database.insert(new Contact(LastName = 'x', Email = 'no'), false).getErrors()[0].getStatusCode().name());`);
});

test('upsert by an external id updates what is there and inserts the rest', () => {
  passes(`insert new Note__c(Key__c = 'a', Text__c = 'old');
    List<Database.UpsertResult> r = Database.upsert(new List<Note__c>{ new Note__c(Key__c = 'A', Text__c = 'new'), new Note__c(Key__c = 'b') }, Note__c.Key__c);
    Assert.isFalse(r[0].isCreated()); Assert.isTrue(r[1].isCreated()); Assert.areEqual('new', [SELECT Text__c FROM Note__c WHERE Key__c = 'a'].Text__c);`);
});

test('savepoints take rows back, not statics, and count as statements (Transaction Control)', () => {
  passes(`Savepoint s = Database.setSavepoint(); insert new Note__c(); Database.rollback(s);
    Assert.areEqual(0, [SELECT COUNT() FROM Note__c]); Assert.areEqual(3, Limits.getDmlStatements());`);
});

test('set-up objects and others do not mix in one transaction, except under runAs', () => {
  const person =
    "User u = new User(Username = 'u@example.com', LastName = 'u', Email = 'u@example.com', Alias = 'u', TimeZoneSidKey = 'GMT', LocaleSidKey = 'en_US', EmailEncodingKey = 'UTF-8', LanguageLocaleKey = 'en_US', ProfileId = UserInfo.getProfileId());";
  assert.match(
    testBody(`${person} insert u; insert new Contact(LastName = 'c');`).message,
    /MIXED_DML_OPERATION/
  );
  passes(
    `${person} insert u; System.runAs(u) { insert new Contact(LastName = 'c'); Assert.areEqual(u.Id, UserInfo.getUserId()); }`
  );
});

test('an unhandled exception takes the whole transaction back', () => {
  const { session, problem } = script("insert new Contact(LastName = 'x'); String s; s.length();");
  assert.match(problem, /NullPointerException/);
  assert.equal(session.org.store.rows(session.org.schema('Contact')).length, 0);
});

test('custom settings are read without a query, and are empty when nobody saved any', () => {
  passes(`Assert.isFalse(Switch__c.getOrgDefaults().On__c); Assert.isNull(Switch__c.getOrgDefaults().Id); Assert.isNull(Switch__c.getValues(UserInfo.getOrganizationId()));
    insert new Switch__c(SetupOwnerId = UserInfo.getOrganizationId(), On__c = true);
    Assert.isTrue(Switch__c.getInstance().On__c); Assert.areEqual(0, Limits.getQueries());
    try { insert new Switch__c(SetupOwnerId = UserInfo.getOrganizationId()); Assert.fail(); } catch (DmlException e) { Assert.areEqual('DUPLICATE_VALUE', e.getDmlType(0).name()); }`);
});
