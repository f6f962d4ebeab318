// JSON: to text, to plain collections, and to the project's classes.
import { Gap } from '../problems.mjs';
import { ApexList, ApexMap, ApexSet } from '../values/collections.mjs';
import { Decimal, Double } from '../values/numbers.mjs';
import { ApexDate, ApexDatetime, EnumValue, Instance, Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { valueFromText } from '../org/fields.mjs';
import { enumConstant } from '../run/names.mjs';
import { asText } from '../run/text.mjs';
import { boundTo, coerce } from '../run/types.mjs';

function serialize(machine, value, options) {
  return write(machine, value, options);
}

/** JSON text; written by hand because numbers keep all their digits. */
function write(machine, value, options) {
  const inner = (one) => write(machine, one, options);
  if (value === null || typeof value === 'boolean' || typeof value === 'number')
    return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint' || value instanceof Decimal || value instanceof Double)
    return String(value);
  if (value instanceof ApexDatetime) return JSON.stringify(new Date(value.ms).toISOString());
  if (value instanceof ApexDate) return JSON.stringify(asText(machine, value));
  if (value instanceof EnumValue) return JSON.stringify(value.name);
  if (value instanceof ApexList || value instanceof ApexSet)
    return `[${value.items.map(inner).join(',')}]`;
  if (value instanceof ApexMap)
    return members(
      value.entries.map(({ key, value: one }) => [asText(machine, key), one]),
      options,
      inner
    );
  if (value instanceof Rec) return record(value, options, inner);
  if (value instanceof Instance) return instance(value, options, inner);
  if (value instanceof Native && value.type === 'UUID') return JSON.stringify(value.state.text);
  throw new Gap(`JSON.serialize of a ${value.type ?? value.constructor.name}`);
}

function members(pairs, { pretty, dropNulls }, inner) {
  const kept = dropNulls ? pairs.filter(([, value]) => value !== null) : pairs;
  const colon = pretty ? ' : ' : ':';
  return `{${kept.map(([name, value]) => `${JSON.stringify(name)}${colon}${inner(value)}`).join(',')}}`;
}

/** All fields that are not transient and not static, in the order they are declared. */
function instance(value, options, inner) {
  const slots = [...value.fields.values()].filter(
    (slot) => !slot.field.modifiers.words.has('transient')
  );
  return members(
    slots.map((slot) => [slot.field.name, slot.value]),
    options,
    inner
  );
}

function record(value, options, inner) {
  const fields = [...value.fields].map(([key, one]) => [value.schema.field(key)?.name ?? key, one]);
  const url = value.id
    ? `,"url":"/services/data/v65.0/sobjects/${value.schema.name}/${value.id}"`
    : '';
  const attributes = `"attributes":{"type":"${value.schema.name}"${url}}`;
  const rest = members(fields, { ...options, dropNulls: false }, inner).slice(1);
  return `{${attributes}${rest === '}' ? '' : ','}${rest}`;
}

function parse(machine, text) {
  if (text === null) machine.nullPointer();
  try {
    return JSON.parse(text);
  } catch (problem) {
    return machine.raise('System.JSONException', `Unexpected character: ${problem.message}`);
  }
}

/** Objects become Map<String, Object>, arrays List<Object>, numbers Integer, Long or Decimal. */
function untyped(value) {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return new ApexList(value.map(untyped));
  const map = new ApexMap();
  for (const [key, one] of Object.entries(value)) map.put(key, untyped(one));
  return map;
}

function number(value) {
  if (!Number.isInteger(value)) return Decimal.parse(String(value));
  if (!Number.isSafeInteger(value)) throw new Gap('a whole number in JSON beyond 2^53');
  return Math.abs(value) < 2147483648 ? value : BigInt(value);
}

function typed(machine, value, type, strict) {
  if (value === null || type.name === 'object') return untyped(value);
  const cls = machine.program.find(type.name, type.cls ?? null);
  if (cls)
    return cls.constants
      ? enumConstant(cls, String(value).toLowerCase())
      : object(machine, value, cls, strict);
  if (type.name === 'list' && Array.isArray(value))
    return new ApexList(
      value.map((one) => typed(machine, one, type.args[0], strict)),
      type
    );
  if (type.name === 'set' && Array.isArray(value))
    return new ApexSet(
      value.map((one) => typed(machine, one, type.args[0], strict)),
      type
    );
  if (type.name === 'map') return map(machine, value, type, strict);
  const schema = machine.org.schema(type.name);
  if (schema) return fromAttributes(value, schema);
  if (type.name === 'datetime') return new ApexDatetime(Date.parse(value));
  if (type.name === 'date') return new ApexDate(Math.floor(Date.parse(value) / 86400000));
  if (typeof value === 'object')
    machine.raise('System.JSONException', `Malformed JSON: Expected '[' or '{' for ${type.text}`);
  return coerce(
    machine,
    type.name === 'string' && typeof value !== 'string' ? String(value) : untyped(value),
    type
  );
}

function map(machine, value, type, strict) {
  const result = new ApexMap(type);
  for (const [key, one] of Object.entries(value))
    result.put(key, typed(machine, one, type.args[1], strict));
  return result;
}

/** Fields are matched by name without regard to case; unknown ones are ignored, or refused when strict. No constructor runs. */
function object(machine, value, cls, strict) {
  if (typeof value !== 'object' || Array.isArray(value))
    machine.raise('System.JSONException', `Illegal value for ${cls.fullName}`);
  const result = new Instance(cls);
  for (let one = cls; one; one = one.superClass) {
    for (const field of one.fields.values()) {
      if (!field.modifiers.words.has('static'))
        result.fields.set(field.name.toLowerCase(), {
          value: null,
          field,
          owner: one,
          isSet: false
        });
    }
  }
  for (const [key, one] of Object.entries(value)) {
    const slot = result.fields.get(key.toLowerCase());
    if (slot)
      Object.assign(slot, {
        value: typed(machine, one, boundTo(slot.field.type, slot.owner), strict),
        isSet: true
      });
    else if (strict)
      machine.raise('System.JSONException', `No such column ${key} on ${cls.fullName}`);
  }
  return result;
}

function fromAttributes(value, schema) {
  const result = new Rec(schema);
  for (const [key, one] of Object.entries(value)) {
    const field = schema.field(key);
    if (field)
      result.fields.set(
        key.toLowerCase(),
        typeof one === 'string' ? valueFromText(field, one) : untyped(one)
      );
  }
  return result;
}

const PLAIN = { pretty: false, dropNulls: false };

export const json = {
  JSON: {
    statics: {
      'serialize(Object)': (m, value) => serialize(m, value, PLAIN),
      'serialize(Object, Boolean)': (m, value, dropNulls) =>
        serialize(m, value, { ...PLAIN, dropNulls }),
      'serializePretty(Object)': (m, value) => serialize(m, value, { ...PLAIN, pretty: true }),
      'deserializeUntyped(String)': (m, text) => untyped(parse(m, text)),
      'deserialize(String, Type)': (m, text, type) => typed(m, parse(m, text), type.type, false),
      'deserializeStrict(String, Type)': (m, text, type) =>
        typed(m, parse(m, text), type.type, true)
    }
  }
};
