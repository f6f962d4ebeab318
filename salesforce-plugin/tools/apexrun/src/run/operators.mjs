// Arithmetic, comparison and bits, as Apex's types define them.
import { Gap } from '../problems.mjs';
import { Decimal, Double, isNumber, toNumber } from '../values/numbers.mjs';
import { ApexDate, ApexDatetime } from '../values/objects.mjs';
import { asText, compare, isEqual } from './text.mjs';

/** The result of `left op right`. */
export function operate(machine, op, left, right) {
  switch (op) {
    case '==':
      return isEqual(machine, left, right);
    case '!=':
    case '<>':
      return !isEqual(machine, left, right);
    // On text, === still compares without regard to case; on objects it asks for the very same one.
    case '===':
      return typeof left === 'object' ? left === right : isEqual(machine, left, right);
    case '!==':
      return typeof left === 'object' ? left !== right : !isEqual(machine, left, right);
    case '<':
      return order(machine, left, right) < 0;
    case '<=':
      return order(machine, left, right) <= 0;
    case '>':
      return order(machine, left, right) > 0;
    case '>=':
      return order(machine, left, right) >= 0;
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(machine, op, left, right);
    default:
      return bits(machine, op, left, right);
  }
}

function order(machine, left, right) {
  if (left === null || right === null) machine.nullPointer();
  // Ordering of text ignores case, as equality does (Apex Developer Guide, Expression Operators).
  if (typeof left === 'string' && typeof right === 'string')
    return compare(machine, left.toLowerCase(), right.toLowerCase());
  return compare(machine, left, right);
}

function arithmetic(machine, op, left, right) {
  if (op === '+' && (typeof left === 'string' || typeof right === 'string'))
    return asText(machine, left) + asText(machine, right);
  if (left === null || right === null) machine.nullPointer();
  if (left instanceof ApexDate || left instanceof ApexDatetime) return shift(op, left, right);
  if (!isNumber(left) || !isNumber(right)) throw new Gap(`${op} on these values`);
  if (op === '/' && toNumber(right) === 0) machine.raise('System.MathException', 'Divide by 0');
  if (left instanceof Decimal || right instanceof Decimal)
    return decimal(op, Decimal.of(left), Decimal.of(right));
  if (left instanceof Double || right instanceof Double)
    return new Double(calculated(op, toNumber(left), toNumber(right)));
  if (typeof left === 'bigint' || typeof right === 'bigint')
    return BigInt.asIntN(64, calculated(op, BigInt(left), BigInt(right)));
  return Number(BigInt.asIntN(32, calculated(op, BigInt(left), BigInt(right))));
}

function decimal(op, left, right) {
  switch (op) {
    case '+':
      return left.plus(right);
    case '-':
      return left.minus(right);
    case '*':
      return left.times(right);
    default:
      return left.dividedBy(right);
  }
}

/** On BigInts for Integers and Longs, which divide towards zero; on numbers for Doubles. */
function calculated(op, left, right) {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return left / right;
  }
}

/** Adding a number to a Date or Datetime adds days. */
function shift(op, moment, days) {
  if (!isNumber(days) || !'+-'.includes(op))
    throw new Gap(`${op} on a date and something else than a number`);
  const by = toNumber(days) * (op === '-' ? -1 : 1);
  return moment instanceof ApexDate
    ? new ApexDate(moment.day + by)
    : new ApexDatetime(moment.ms + by * 86400000);
}

function bits(machine, op, left, right) {
  if (left === null || right === null) machine.nullPointer();
  if (typeof left === 'boolean')
    return { '&': left && right, '|': left || right, '^': left !== right }[op];
  const width = typeof left === 'bigint' || typeof right === 'bigint' ? 64 : 32;
  const [a, b] = [BigInt(left), BigInt(right)];
  const distance = BigInt.asUintN(width === 64 ? 6 : 5, b);
  const results = {
    '&': () => a & b,
    '|': () => a | b,
    '^': () => a ^ b,
    '<<': () => a << distance,
    '>>': () => a >> distance,
    '>>>': () => BigInt.asUintN(width, a) >> distance
  };
  if (!results[op]) throw new Gap(`the operator ${op}`);
  const value = BigInt.asIntN(width, results[op]());
  return width === 64 ? value : Number(value);
}
