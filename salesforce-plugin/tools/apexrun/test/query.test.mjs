// SOQL.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { METADATA as metadata, testBody } from './apex.mjs';

const passes = (body, parts = {}) =>
  assert.deepEqual(testBody(body, { metadata, ...parts }).message, null);
const NOTES =
  "insert new List<Note__c>{ new Note__c(Text__c = 'b', Count__c = 2), new Note__c(Text__c = 'A', Count__c = 1), new Note__c(Text__c = 'c') };";

test('a field that was not asked for cannot be read', () => {
  assert.match(
    testBody(`${NOTES} Note__c n = [SELECT Id FROM Note__c LIMIT 1]; String t = n.Text__c;`, {
      metadata
    }).message,
    /SObject row was retrieved via SOQL without querying the requested field: Note__c.Text__c/
  );
});

test('one record from none or from several is a QueryException', () => {
  assert.match(
    testBody('Note__c n = [SELECT Id FROM Note__c];', { metadata }).message,
    /List has no rows for assignment to SObject/
  );
  assert.match(
    testBody(`${NOTES} Note__c n = [SELECT Id FROM Note__c];`, { metadata }).message,
    /List has more than 1 row/
  );
});

test('text is compared without regard to case; empty fields come first and match no order', () => {
  passes(`${NOTES} Assert.areEqual(1, [SELECT COUNT() FROM Note__c WHERE Text__c = 'a']);
    List<String> texts = new List<String>(); for (Note__c n : [SELECT Text__c FROM Note__c ORDER BY Count__c]) texts.add(n.Text__c);
    Assert.areEqual(new List<String>{'c', 'A', 'b'}, texts);
    texts.clear(); for (Note__c n : [SELECT Text__c FROM Note__c ORDER BY Count__c DESC NULLS LAST]) texts.add(n.Text__c);
    Assert.areEqual(new List<String>{'b', 'A', 'c'}, texts);
    Assert.areEqual(1, [SELECT COUNT() FROM Note__c WHERE Count__c < 2]);`);
});

test('AND, OR, NOT, IN, LIKE, binds, LIMIT, OFFSET', () => {
  passes(`${NOTES} Set<String> wanted = new Set<String>{'a', 'C'}; Integer most = 1;
    Assert.areEqual(2, [SELECT COUNT() FROM Note__c WHERE Text__c IN :wanted]);
    Assert.areEqual(1, [SELECT COUNT() FROM Note__c WHERE Text__c NOT IN :wanted]);
    Assert.areEqual(2, [SELECT Id FROM Note__c WHERE (Text__c = 'b' AND Count__c = 2) OR ((NOT Text__c LIKE '%B%') AND Count__c != NULL)].size());
    Assert.areEqual(1, [SELECT Id FROM Note__c LIMIT :most OFFSET 2].size());`);
});

test('parents are read through their relationship, null where there is none', () => {
  passes(`Account a = new Account(Name = 'Acme'); insert a; insert new List<Contact>{ new Contact(LastName = 'in', AccountId = a.Id), new Contact(LastName = 'out') };
    Assert.areEqual('Acme', [SELECT Account.Name FROM Contact WHERE Account.Name = 'acme'].Account.Name);
    Assert.isNull([SELECT Account.Name FROM Contact WHERE AccountId = NULL].Account);`);
});

test('aggregates answer AggregateResult; unnamed ones are expr0', () => {
  passes(`${NOTES} AggregateResult r = [SELECT COUNT(Id) n, SUM(Count__c), MAX(Count__c) most FROM Note__c];
    Assert.areEqual(3, r.get('n')); Assert.areEqual(3, r.get('expr0')); Assert.areEqual(2, r.get('most'));
    Assert.areEqual(3, [SELECT Text__c, COUNT(Id) FROM Note__c GROUP BY Text__c].size());`);
});

test('an unknown field, and long text in a condition, are QueryExceptions', () => {
  assert.match(
    testBody("List<SObject> l = Database.query('SELECT Nope__c FROM Note__c');", { metadata })
      .message,
    /QueryException|No such column/
  );
  assert.match(
    testBody(
      "List<SObject> l = Database.query('SELECT Id FROM Note__c WHERE Body__c = \\'x\\'');",
      { metadata }
    ).message,
    /can not be filtered/
  );
  assert.match(
    testBody("List<SObject> l = Database.query('SELECT FROM');", { metadata }).message,
    /System.QueryException/
  );
});

test('a loop over a list variable gets 200 rows at a time (SOQL For Loops)', () => {
  passes(`List<Note__c> l = new List<Note__c>(); for (Integer i = 0; i < 250; i++) l.add(new Note__c()); insert l;
    List<Integer> sizes = new List<Integer>(); for (List<Note__c> some : [SELECT Id FROM Note__c]) sizes.add(some.size());
    Assert.areEqual(new List<Integer>{200, 50}, sizes);`);
});

test('what the platform computes and apexrun does not is a gap', () => {
  assert.equal(testBody('List<Contact> l = [SELECT MailingAddress FROM Contact];').outcome, 'gap');
  assert.equal(
    testBody("Object o = new Contact(LastName = 'x').get('MailingAddress');").outcome,
    'gap'
  );
});
