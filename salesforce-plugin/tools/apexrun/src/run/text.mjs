// How values look as text (String.valueOf, `+`, System.debug), and when two values are equal (`==`).
import { ApexList, ApexMap, ApexSet, keyOf } from '../values/collections.mjs';
import { Decimal, Double, isNumber, toNumber } from '../values/numbers.mjs';
import {
  ApexDate,
  ApexDatetime,
  Blob,
  EnumValue,
  Instance,
  Native,
  PlatformException,
  TypeValue
} from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';

/** The text of a value, as concatenation and String.valueOf give it. */
export function asText(machine, value) {
  const inner = (one) => asText(machine, one);
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value instanceof Decimal || value instanceof Double)
    return String(value);
  if (value instanceof EnumValue) return value.name;
  // A Datetime's text is in GMT and to the second (Apex Reference, Datetime.format is local, String.valueOf is not).
  if (value instanceof ApexDatetime)
    return new Date(value.ms).toISOString().slice(0, 19).replace('T', ' ');
  if (value instanceof ApexDate) return new Date(value.day * 86400000).toISOString().slice(0, 10);
  if (value instanceof ApexList) return `(${value.items.map(inner).join(', ')})`;
  if (value instanceof ApexSet) return `{${value.items.map(inner).join(', ')}}`;
  if (value instanceof ApexMap)
    return `{${value.entries.map((one) => `${inner(one.key)}=${inner(one.value)}`).join(', ')}}`;
  if (value instanceof Rec) return recordText(value, inner);
  if (value instanceof Blob) return `Blob[${value.bytes.length}]`;
  if (value instanceof TypeValue) return value.type.text;
  if (value instanceof PlatformException) return `${value.type}: ${value.message}`;
  if (value instanceof Instance) return instanceText(machine, value);
  if (value instanceof Native) return value.state.text ?? value.type;
  return String(value);
}

function recordText(record, inner) {
  const fields = [...record.fields].map(
    ([name, value]) => `${record.schema.field(name)?.name ?? name}=${inner(value)}`
  );
  return `${record.schema.name}:{${fields.join(', ')}}`;
}

function instanceText(machine, value) {
  const own = value.cls.methodsNamed('tostring').find((method) => method.parameters.length === 0);
  if (own) return asText(machine, machine.invoke(own, { self: value, args: [] }));
  if (value.exception) return `${value.cls.fullName}: ${value.exception.message}`;
  const fields = [...value.fields.values()].map(
    (slot) => `${slot.field.name}=${asText(machine, slot.value)}`
  );
  return `${value.cls.name}:[${fields.join(', ')}]`;
}

/** `==`: text without regard to case, collections and records by content (Apex Developer Guide, Expression Operators). */
export function isEqual(machine, left, right) {
  if (left === null || right === null) return left === right;
  if (typeof left === 'string' && typeof right === 'string') return sameText(left, right);
  if (isNumber(left) && isNumber(right)) return compare(machine, left, right) === 0;
  if (left instanceof ApexList && right instanceof ApexList) {
    return (
      left.items.length === right.items.length &&
      left.items.every((one, place) => isEqual(machine, one, right.items[place]))
    );
  }
  if (left instanceof ApexSet && right instanceof ApexSet) {
    return (
      left.map.size === right.map.size && [...left.map.keys()].every((key) => right.map.has(key))
    );
  }
  if (left instanceof ApexMap && right instanceof ApexMap) {
    return (
      left.map.size === right.map.size &&
      left.entries.every(
        ({ key, value }) => right.has(key) && isEqual(machine, value, right.get(key))
      )
    );
  }
  return left.constructor === right.constructor && keyOf(left) === keyOf(right);
}

function sameText(left, right) {
  if (left.toLowerCase() === right.toLowerCase()) return true;
  // An Id of 15 characters equals its long form.
  const isId = /^[a-zA-Z0-9]{15}$/;
  return (
    (isId.test(left) && right.length === 18 && right.startsWith(left)) ||
    (isId.test(right) && left.length === 18 && left.startsWith(right))
  );
}

/** Less, equal or more, for `<` and sorting; nulls come first in a sorted list. */
export function compare(machine, left, right) {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  if (isNumber(left) && isNumber(right)) {
    if (left instanceof Double || right instanceof Double)
      return Math.sign(toNumber(left) - toNumber(right));
    return Decimal.of(left).compare(Decimal.of(right));
  }
  if (left instanceof ApexDatetime && right instanceof ApexDatetime)
    return Math.sign(left.ms - right.ms);
  if (left instanceof ApexDate && right instanceof ApexDate) return Math.sign(left.day - right.day);
  if (left instanceof EnumValue && right instanceof EnumValue)
    return Math.sign(left.ordinal - right.ordinal);
  if (typeof left === 'string' && typeof right === 'string')
    return left < right ? -1 : Number(left > right);
  return machine.raise('System.TypeException', 'These values cannot be compared');
}
