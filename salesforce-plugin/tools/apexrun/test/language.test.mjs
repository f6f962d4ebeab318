// The language: types, operators, classes, exceptions.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { script, testBody } from './apex.mjs';

const debug = (text, parts) => script(text, parts).debug;
const passes = (body, parts) => assert.deepEqual(testBody(body, parts).message, null);

test('Integer arithmetic wraps at 32 bits and divides towards zero (Primitive Data Types)', () => {
  assert.deepEqual(
    debug(
      'Integer a = 2147483647; System.debug(a + 1); System.debug(-7 / 2); System.debug(7 / 2 * 2);'
    ),
    ['-2147483648', '-3', '6']
  );
});

test('Integer times Integer overflows before it is widened to Long', () => {
  assert.deepEqual(
    debug(
      'Long wrong = 100000 * 100000; Long right = 100000L * 100000; System.debug(wrong); System.debug(right);'
    ),
    ['1410065408', '10000000000']
  );
});

test('Decimals are exact; == ignores their scale', () => {
  assert.deepEqual(
    debug(
      'System.debug(0.1 + 0.2); System.debug(1.50 == 1.5); System.debug((7.0 / 2).intValue());'
    ),
    ['0.3', 'true', '3']
  );
});

test('division by zero is a MathException', () => {
  assert.match(
    script('Integer z = 0; System.debug(1 / z);').problem,
    /System.MathException: Divide by 0/
  );
});

test('== on text ignores case, equals(), switch and map keys do not (Expression Operators)', () => {
  const text = `System.debug('A' == 'a'); System.debug('A'.equals('a'));
    Map<String, Integer> m = new Map<String, Integer>{ 'A' => 1 }; System.debug(m.get('a'));
    String s = 'a'; switch on s { when 'A' { System.debug('upper'); } when else { System.debug('neither'); } }`;
  assert.deepEqual(debug(text), ['true', 'false', 'null', 'neither']);
});

test('&& and || stop early; a null condition is an error, not false', () => {
  assert.deepEqual(debug('Integer x; System.debug(x != null && x > 1);'), ['false']);
  assert.match(script('Boolean b; if (b) { }').problem, /NullPointerException/);
});

test('?. and ?? (Safe Navigation, Null Coalescing)', () => {
  assert.deepEqual(debug("String s; System.debug(s?.length()); System.debug(s ?? 'none');"), [
    'null',
    'none'
  ]);
});

test('a wrong cast is a TypeException; instanceof of null is false', () => {
  assert.match(
    script("Object o = 'text'; Integer i = (Integer) o;").problem,
    /System.TypeException: Invalid conversion from runtime type String to Integer/
  );
  assert.deepEqual(debug('Object o; System.debug(o instanceof String);'), ['false']);
});

test('a list that changes under a for-each loop stops it', () => {
  assert.match(
    script('List<Integer> l = new List<Integer>{1, 2}; for (Integer i : l) { l.add(i); }').problem,
    /Cannot modify a collection while it is being iterated/
  );
});

test('an index outside a list is a ListException', () => {
  assert.match(
    script('List<Integer> l = new List<Integer>(); System.debug(l[0]);').problem,
    /System.ListException: List index out of bounds: 0/
  );
});

test('finally runs on the way out, also after return and throw', () => {
  const classes = {
    A: "public class A { public static List<String> l = new List<String>(); public static String m() { try { return 'r'; } finally { l.add('f'); } } }"
  };
  assert.deepEqual(debug('System.debug(A.m()); System.debug(A.l);', { classes }), ['r', '(f)']);
});

test('own exceptions carry message and cause, and are caught by their type', () => {
  const classes = { Bad: 'public class Bad extends Exception {}' };
  const text =
    "try { try { Integer i = null; i++; } catch (NullPointerException e) { throw new Bad('outer', e); } } catch (Bad e) { System.debug(e.getMessage() + ' ' + e.getCause().getTypeName() + ' ' + e.getTypeName()); }";
  assert.deepEqual(debug(text, { classes }), ['outer System.NullPointerException Bad']);
});

test('properties, inheritance, overloads, static initialisation in order', () => {
  const classes = {
    Base: "public virtual class Base { public Integer n { get; private set; } public Base(Integer n) { this.n = n; } public virtual String who() { return 'base'; } }",
    Kid: "public class Kid extends Base { public Kid() { super(7); } public override String who() { return 'kid of ' + super.who(); } public String say(Integer i) { return 'i'; } public String say(String s) { return 's'; } }",
    Order:
      'public class Order { public static Integer a = 1; public static Integer b = a + 1; static { b *= 10; } }'
  };
  passes(
    "Kid k = new Kid(); Base b = k; Assert.areEqual('kid of base', b.who()); Assert.areEqual(7, b.n); Assert.areEqual('s', k.say('x')); Assert.areEqual(20, Order.b);",
    { classes }
  );
});

test('a failed assertion cannot be caught (System.assert: "can\'t be caught using a try/catch block")', () => {
  const { outcome } = testBody("try { Assert.isTrue(false, 'no'); } catch (Exception e) { }");
  assert.equal(outcome, 'fail');
});

test('Assert.areEqual compares text with regard to case', () => {
  assert.equal(testBody("Assert.areEqual('A', 'a');").outcome, 'fail');
});

test('what is not known is a gap, never a guess; an endless loop ends', () => {
  assert.equal(testBody("String s = 'a'.swapCase();").outcome, 'gap');
  assert.equal(testBody('Messaging.sendEmail(null);').outcome, 'gap');
  assert.equal(
    testBody('try { Messaging.sendEmail(null); } catch (Exception e) { }').outcome,
    'gap'
  );
  assert.equal(testBody('while (true) { }').outcome, 'runaway');
});

test('a call a thousand deep is a LimitException', () => {
  const classes = { Deep: 'public class Deep { public static void down() { down(); } }' };
  assert.match(testBody('Deep.down();', { classes }).message, /Maximum stack depth reached: 1001/);
});
