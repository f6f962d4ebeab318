// Integer, Long, Decimal, Double, Boolean and Math.
import { randomInt } from 'node:crypto';

import { Decimal, Double, toNumber } from '../values/numbers.mjs';
import { compare } from '../run/text.mjs';

function whole(machine, text, type) {
  if (text === null) machine.nullPointer();
  if (!/^[+-]?\d+$/.test(text.trim()))
    machine.raise('System.TypeException', `Invalid ${type}: ${text}`);
  return BigInt(text.trim());
}

function integer(machine, value) {
  if (value < -2147483648n || value > 2147483647n)
    machine.raise('System.TypeException', `Invalid integer: ${value}`);
  return Number(value);
}

const wrapped = (value) => Number(BigInt.asIntN(32, value));

function decimalOf(machine, text) {
  if (text === null) machine.nullPointer();
  return Decimal.parse(text) ?? machine.raise('System.TypeException', `Invalid decimal: ${text}`);
}

const grouped = (text) => text.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** Half away from zero, as Math.round and Decimal.round do (Apex Reference, Math.round). */
function rounded(value) {
  const half = Decimal.parse('0.5');
  return value.digits < 0n ? value.minus(half).whole() : value.plus(half).whole();
}

const least = (m, a, b) =>
  a === null || b === null ? m.nullPointer() : compare(m, a, b) <= 0 ? a : b;
const most = (m, a, b) =>
  a === null || b === null ? m.nullPointer() : compare(m, a, b) >= 0 ? a : b;
const forEachKind = (name, compute) =>
  Object.fromEntries(
    ['Integer', 'Long', 'Double', 'Decimal'].map((type) => [name.replaceAll('T', type), compute])
  );

export const numbers = {
  Integer: {
    statics: {
      'valueOf(String)': (m, text) => integer(m, whole(m, text, 'integer')),
      'valueOf(Object)': (m, value) =>
        value === null ? m.nullPointer() : integer(m, Decimal.of(value).whole())
    },
    methods: {
      'intValue()': (m, value) => value,
      'longValue()': (m, value) => BigInt(value),
      'format()': (m, value) => grouped(String(value)),
      'doubleValue()': (m, value) => new Double(value)
    }
  },
  Long: {
    statics: {
      'valueOf(String)': (m, text) => whole(m, text, 'long'),
      'valueOf(Object)': (m, value) => Decimal.of(value).whole()
    },
    methods: {
      'intValue()': (m, value) => wrapped(value),
      'longValue()': (m, value) => value,
      'format()': (m, value) => grouped(String(value))
    }
  },
  Decimal: {
    statics: {
      'valueOf(String)': decimalOf,
      'valueOf(Double)': (m, value) => Decimal.of(value),
      'valueOf(Long)': (m, value) => Decimal.of(value)
    },
    methods: {
      'intValue()': (m, value) => wrapped(value.whole()),
      'longValue()': (m, value) => value.whole(),
      'doubleValue()': (m, value) => new Double(value.toNumber()),
      'setScale(Integer)': (m, value, scale) => value.withScale(scale),
      'round()': (m, value) => rounded(value),
      'scale()': (m, value) => value.scale,
      'abs()': (m, value) => (value.digits < 0n ? new Decimal(-value.digits, value.scale) : value),
      'toPlainString()': (m, value) => value.toString(),
      'format()': (m, value) => grouped(value.toString())
    }
  },
  Double: {
    statics: { 'valueOf(String)': (m, text) => new Double(decimalOf(m, text).toNumber()) },
    methods: {
      'intValue()': (m, value) => Math.trunc(value.number) | 0,
      'longValue()': (m, value) => BigInt(Math.trunc(value.number)),
      'round()': (m, value) => BigInt(Math.round(value.number))
    }
  },
  Boolean: {
    statics: {
      'valueOf(String)': (m, text) =>
        text === null ? m.nullPointer() : text.toLowerCase() === 'true'
    }
  },
  Math: {
    statics: {
      ...forEachKind('min(T, T)', least),
      ...forEachKind('max(T, T)', most),
      'abs(Integer)': (m, value) => Math.abs(value),
      'abs(Long)': (m, value) => (value < 0n ? -value : value),
      'abs(Decimal)': (m, value) =>
        value.digits < 0n ? new Decimal(-value.digits, value.scale) : value,
      'mod(Integer, Integer)': (m, a, b) =>
        b === 0 ? m.raise('System.MathException', 'Divide by 0') : a % b,
      'mod(Long, Long)': (m, a, b) =>
        b === 0n ? m.raise('System.MathException', 'Divide by 0') : a % b,
      'pow(Double, Double)': (m, a, b) => new Double(a.number ** b.number),
      'ceil(Decimal)': (m, value) => new Double(Math.ceil(toNumber(value))),
      'floor(Decimal)': (m, value) => new Double(Math.floor(toNumber(value))),
      'round(Decimal)': (m, value) => wrapped(rounded(value)),
      'random()': () => new Double(randomInt(2 ** 47) / 2 ** 47)
    }
  }
};
