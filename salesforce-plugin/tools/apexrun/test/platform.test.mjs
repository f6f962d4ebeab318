// The methods that Apex can call: text, numbers, dates, collections, JSON, crypto, records, REST.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { METADATA, script, testBody } from './apex.mjs';

const classes = {
  Box: 'public class Box { public String name; public Integer size = 1; public transient String hidden; public List<Box> inner; }',
  Point:
    'public class Point implements Comparable { public Integer x; public Point(Integer x) { this.x = x; } public Integer compareTo(Object o) { return x - ((Point) o).x; } public Boolean equals(Object o) { return o instanceof Point && ((Point) o).x == x; } public Integer hashCode() { return x; } }',
  Later:
    'public class Later { @future public static void note(String t) { insert new Note__c(Text__c = t); } }',
  Colour: 'public enum Colour { RED, GREEN }'
};
const passes = (body, parts = {}) =>
  assert.deepEqual(testBody(body, { metadata: METADATA, classes, ...parts }).message, null);
const fails = (body, pattern, parts = {}) =>
  assert.match(testBody(body, { metadata: METADATA, classes, ...parts }).message, pattern);

test('String: positions, splitting as Java does, MessageFormat, null arguments', () => {
  passes(`Assert.areEqual('bc', 'abcd'.substring(1, 3)); Assert.areEqual('', 'a'.left(-1)); Assert.areEqual('cd', 'abcd'.right(2));
    Assert.areEqual(2, 'a,b,,'.split(',').size()); Assert.areEqual(5, 'a,b,,,c'.split(',').size()); Assert.areEqual(new List<String>{'a', 'b,c'}, 'a,b,c'.split(',', 2));
    Assert.areEqual('it\\'s 1 {0}', String.format('it\\'\\'s {0} \\'{0}\\'', new List<Object>{ 1 }));
    Assert.isTrue(String.isBlank(' ')); Assert.isFalse(String.isEmpty(' ')); Assert.areEqual('a-null', 'a-' + null);
    Assert.areEqual('1,2', String.join(new List<Integer>{1, 2}, ',')); Assert.isNull(String.valueOf((Object) null));`);
  fails("'abc'.substring(2, 9);", /StringException: Ending position out of bounds: 9/);
  fails("String n; 'abc'.contains(n);", /NullPointerException/);
});

test('Pattern and Matcher', () => {
  passes(`Assert.isTrue(Pattern.matches('[a-z]+', 'abc')); Assert.isFalse(Pattern.matches('[a-z]+', 'abc1'));
    Matcher m = Pattern.compile('(\\\\d+)-(\\\\d+)').matcher('x 12-34 5-6'); Assert.isTrue(m.find()); Assert.areEqual('34', m.group(2)); Assert.isTrue(m.find()); Assert.isFalse(m.find());`);
  assert.equal(testBody("Pattern.compile('(?x) a');").outcome, 'gap');
  fails("Pattern.compile('[');", /StringException: Invalid regex/);
});

test('Decimal, Double, Math', () => {
  passes(`Assert.areEqual(1.24, 1.235.setScale(2)); Assert.areEqual(2.0, 2.5.setScale(0)); Assert.areEqual(3, Math.round(2.5)); Assert.areEqual(-3, Math.round(-2.5));
    Assert.areEqual(8, Math.pow(2, 3).intValue()); Assert.areEqual(-1, Math.mod(-7, 2)); Assert.areEqual(5L, Math.max(5L, 3)); Assert.areEqual(0.5, 1.0 / 2);`);
  fails("Integer.valueOf('1.5');", /TypeException: Invalid integer: 1.5/);
  fails('Integer a; Math.min(a, 1);', /NullPointerException/);
});

test('Datetime and Date', () => {
  passes(`Datetime d = Datetime.newInstanceGmt(2026, 1, 31, 10, 15, 30); Assert.areEqual('2026-01-31T10:15:30Z', d.formatGmt('yyyy-MM-dd\\'T\\'HH:mm:ss\\'Z\\''));
    Assert.areEqual(Datetime.newInstanceGmt(2026, 2, 28, 10, 15, 30), d.addMonths(1)); Assert.areEqual('2026-01-31 10:15:30', String.valueOf(d));
    Assert.areEqual(1, Date.newInstance(2026, 1, 31).daysBetween(Date.newInstance(2026, 2, 1))); Assert.isTrue(d < d.addSeconds(1));`);
  assert.equal(testBody("System.now().format('EEEE');").outcome, 'gap');
});

test('collections hold the types they were declared with; keys may be objects with equals and hashCode', () => {
  passes(`List<Long> l = new List<Long>{ 1 }; l.add(2); Object o = l[1]; Assert.isTrue(o instanceof Long);
    Set<Point> s = new Set<Point>{ new Point(1), new Point(1) }; Assert.areEqual(1, s.size());
    List<Point> p = new List<Point>{ new Point(3), new Point(1) }; p.sort(); Assert.areEqual(1, p[0].x);
    Map<String, Integer> m = new Map<String, Integer>{ 'a' => 1 }; Assert.areEqual(1, m.put('a', 2)); Assert.isNull(m.get('b')); Assert.isTrue(new Set<Integer>{1, 2}.containsAll(new List<Integer>{2}));`);
  fails("Map<Id, String> m = new Map<Id, String>(); m.put('x', 'y');", /Invalid id: x/);
});

test('JSON: both ways, in order, transient left out, numbers and errors', () => {
  passes(`Box b = new Box(); b.name = 'é"'; b.hidden = 'h'; Assert.areEqual('{"name":"é\\\\"","size":1,"inner":null}', JSON.serialize(b)); Assert.areEqual('{"name":"é\\\\"","size":1}', JSON.serialize(b, true));
    Box back = (Box) JSON.deserialize('{"NAME":"n","size":2,"other":[],"inner":[{"name":"deep"}]}', Box.class); Assert.areEqual('n', back.name); Assert.areEqual('deep', back.inner[0].name);
    Map<String, Object> m = (Map<String, Object>) JSON.deserializeUntyped('{"i":1,"l":3000000000,"d":1.5,"n":null,"a":[true]}');
    Assert.isTrue(m.get('i') instanceof Integer); Assert.isTrue(m.get('l') instanceof Long); Assert.isTrue(m.get('d') instanceof Decimal); Assert.isTrue(m.containsKey('n'));
    Assert.areEqual('{"a":"2026-01-31T00:00:00.000Z"}', JSON.serialize(new Map<String, Object>{ 'a' => Datetime.newInstanceGmt(2026, 1, 31) }));`);
  fails("JSON.deserializeUntyped('{');", /System.JSONException/);
  fails(
    'JSON.deserializeStrict(\'{"other":1}\', Box.class);',
    /JSONException: No such column other/
  );
});

test('Crypto and encodings', () => {
  passes(`Blob mac = Crypto.generateMac('HmacSHA256', Blob.valueOf('body'), Blob.valueOf('key'));
    Assert.areEqual('515aae133b435d4000956731f68ae5cf5eb85d4f0dc6a546d2bfcd3595ec1ae1', EncodingUtil.convertToHex(mac));
    Assert.isTrue(Crypto.verifyHMac('hmacSHA256', Blob.valueOf('body'), Blob.valueOf('key'), mac)); Assert.areEqual('w6k=', EncodingUtil.base64Encode(Blob.valueOf('é'))); Assert.areEqual(2, Blob.valueOf('é').size());`);
  assert.equal(
    testBody("Crypto.generateMac('HmacMD4', Blob.valueOf('b'), Blob.valueOf('k'));").outcome,
    'gap'
  );
});

test('records by name: get, put, tokens, describe, populated fields', () => {
  passes(`SObject c = new Contact(LastName = 'x'); c.put('Email', 'a@example.com'); Assert.areEqual('a@example.com', c.get('email')); Assert.areEqual(Contact.SObjectType, c.getSObjectType());
    Assert.areEqual('Contact', String.valueOf(Contact.SObjectType)); Assert.isTrue(c.isSet('Email')); Assert.areEqual(2, c.getPopulatedFieldsAsMap().size());
    Assert.isTrue(Schema.SObjectType.Contact.fields.getMap().containsKey('email')); Assert.areEqual('Text__c', String.valueOf(Note__c.Text__c)); Assert.areEqual(80, Contact.LastName.getDescribe().getLength());
    SObject copy = c.clone(); Assert.areEqual('x', copy.get('LastName'));`);
  fails("new Contact().put('Nope__c', 1);", /Invalid field Nope__c for Contact/);
  fails("new Contact().put('IsDeleted', true);", /not editable/);
  fails(
    "new Note__c().put('Count__c', 'text');",
    /Invalid conversion from runtime type String to decimal/i
  );
});

test('custom metadata is read without a query, labels by name, enums by name and value', () => {
  passes(`Assert.areEqual(3, Level__mdt.getInstance('High').Step__c); Assert.areEqual(1, Level__mdt.getAll().size()); Assert.areEqual(1, [SELECT COUNT() FROM Level__mdt]); Assert.areEqual(0, Limits.getQueries());
    Assert.areEqual('Hello', System.Label.Greeting); Assert.areEqual(Colour.GREEN, Colour.valueOf('green')); Assert.areEqual(2, Colour.values().size()); Assert.areEqual(1, Colour.GREEN.ordinal());`);
});

test('a future call runs later, in a transaction of its own', () => {
  passes(
    "Test.startTest(); Later.note('f'); Assert.areEqual(0, [SELECT COUNT() FROM Note__c]); Assert.areEqual(1, Limits.getFutureCalls()); Test.stopTest(); Assert.areEqual(1, [SELECT COUNT() FROM Note__c]);"
  );
});

test('an event trigger that asks for it sees its batch again (RetryableException), at most nine times more', () => {
  const parts = {
    metadata: METADATA,
    classes,
    triggers: {
      K: "trigger K on Knock__e (after insert) { throw new EventBus.RetryableException('again'); }"
    }
  };
  const { session } = script("EventBus.publish(new Knock__e(Why__c = 'x'));", parts);
  assert.equal(session.failures.length, 1);
  assert.match(
    session.platform.parts(session.failures[0].problem).headline,
    /EventBus.RetryableException: again/
  );
  assert.equal(session.events.current.retries, 9);
});

test('RestContext holds what a test puts there', () => {
  passes(
    "RestContext.request = new RestRequest(); RestContext.request.requestBody = Blob.valueOf('b'); RestContext.response = new RestResponse(); RestContext.response.statusCode = 403; Assert.areEqual('b', RestContext.request.requestBody.toString()); Assert.areEqual(403, RestContext.response.statusCode);"
  );
});

test('a semi-join: IN (SELECT …)', () => {
  passes(`Account a = new Account(Name = 'A'); insert a; insert new List<Contact>{ new Contact(LastName = 'in', AccountId = a.Id), new Contact(LastName = 'out') };
    Assert.areEqual('in', [SELECT LastName FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Name = 'a')].LastName);`);
});

test('an AuraHandledException keeps what it is made with for the page', () => {
  passes(`AuraHandledException e = new AuraHandledException('for the page'); Assert.areEqual('Script-thrown exception', e.getMessage());
    e.setMessage('for Apex'); Assert.areEqual('for Apex', e.getMessage());`);
});
