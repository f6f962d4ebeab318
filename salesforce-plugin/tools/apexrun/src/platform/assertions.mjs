// Assert and the older System.assert: a failed assertion ends the test; no catch block sees it.
import { TypeValue } from '../values/objects.mjs';
import { asText, isEqual } from '../run/text.mjs';
import { isInstance } from '../run/types.mjs';

const fail = (machine, message, detail) =>
  machine.raise(
    'System.AssertException',
    `Assertion Failed${message ? `: ${message}` : ''}${detail ? `: ${detail}` : ''}`
  );

/** Assertions compare text with regard to case, although `==` does not. */
function same(machine, expected, actual) {
  if (typeof expected === 'string' && typeof actual === 'string') return expected === actual;
  return isEqual(machine, expected, actual);
}

function areEqual(machine, expected, actual, message = null) {
  if (!same(machine, expected, actual))
    fail(
      machine,
      message,
      `Expected: ${asText(machine, expected)}, Actual: ${asText(machine, actual)}`
    );
}

function areNotEqual(machine, expected, actual, message = null) {
  if (same(machine, expected, actual))
    fail(machine, message, `Same value: ${asText(machine, expected)}`);
}

function isTrue(machine, condition, message = null) {
  if (condition !== true) fail(machine, message, 'Expected: true, Actual: false');
}

function isFalse(machine, condition, message = null) {
  if (condition !== false) fail(machine, message, 'Expected: false, Actual: true');
}

function isNull(machine, value, message = null) {
  if (value !== null) fail(machine, message, `Expected: null, Actual: ${asText(machine, value)}`);
}

function isNotNull(machine, value, message = null) {
  if (value === null) fail(machine, message, 'Expected: a value, Actual: null');
}

function isOfType(machine, value, type, message = null) {
  if (!(type instanceof TypeValue) || !isInstance(machine, value, type.type))
    fail(machine, message, `Expected type: ${asText(machine, type)}`);
}

/** Every assertion takes a message as its last argument, or not. */
const both = (name, parameters, check) => ({
  [`${name}(${parameters})`]: check,
  [`${name}(${parameters}, Object)`]: (m, ...args) =>
    check(m, ...args.slice(0, -1), asMessage(m, args.at(-1)))
});
const asMessage = (machine, value) => (value === null ? null : asText(machine, value));

export const assertions = {
  Assert: {
    statics: {
      ...both('areEqual', 'Object, Object', areEqual),
      ...both('areNotEqual', 'Object, Object', areNotEqual),
      ...both('isTrue', 'Boolean', isTrue),
      ...both('isFalse', 'Boolean', isFalse),
      ...both('isNull', 'Object', isNull),
      ...both('isNotNull', 'Object', isNotNull),
      ...both('isInstanceOfType', 'Object, Type', isOfType),
      'fail()': (m) => fail(m, null, ''),
      'fail(String)': (m, message) => fail(m, message, '')
    }
  }
};

/** The same under System's names. */
export const systemAssertions = {
  ...both('assertEquals', 'Object, Object', areEqual),
  ...both('assertNotEquals', 'Object, Object', areNotEqual),
  ...both('assert', 'Boolean', isTrue)
};
