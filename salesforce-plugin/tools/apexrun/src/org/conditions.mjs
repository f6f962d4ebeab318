// WHERE: turns a condition into a test of one row.
import { Gap } from '../problems.mjs';
import { ApexList, ApexSet } from '../values/collections.mjs';
import { isNumber } from '../values/numbers.mjs';
import { ApexDate, ApexDatetime } from '../values/objects.mjs';
import { fullId, looksLikeId, Rec } from '../values/records.mjs';
import { compare } from '../run/text.mjs';
import { fieldOf, selectRows, valueAt } from './query.mjs';

const DAY = 86400000;

/** A function from a row to whether the condition holds. */
export function matcher(machine, schema, node, bind) {
  switch (node.kind) {
    case 'And':
      return every(node.parts.map((part) => matcher(machine, schema, part, bind)));
    case 'Or':
      return some(node.parts.map((part) => matcher(machine, schema, part, bind)));
    case 'Not':
      return not(matcher(machine, schema, node.part, bind));
    default:
      return comparison(machine, schema, node, bind);
  }
}

const every = (tests) => (row) => tests.every((test) => test(row));
const some = (tests) => (row) => tests.some((test) => test(row));
const not = (test) => (row) => !test(row);

function comparison(machine, schema, node, bind) {
  const read = (row) => valueAt(machine, schema, row, node.path);
  checkFilterable(machine, schema, node.path);
  if (node.op === 'in' || node.op === 'not in') return membership(machine, node, bind, read);
  const wanted = operand(machine, node.value, bind);
  if (wanted?.range) return inRange(machine, node.op, wanted.range, read);
  return (row) => holds(machine, node.op, read(row), wanted);
}

/** Long text cannot be filtered (SOQL and SOSL Reference, "Long Text Area fields can't be used in a WHERE clause"). */
function checkFilterable(machine, schema, path) {
  if (path.includes('.')) return;
  const field = fieldOf(machine, schema, path);
  if (field.longText)
    machine.raise(
      'System.QueryException',
      `field '${field.name}' can not be filtered in a query call`
    );
}

function holds(machine, op, left, right) {
  switch (op) {
    case '=':
      return same(machine, left, right);
    case '!=':
    case '<>':
      return !same(machine, left, right);
    case 'like':
      return left !== null && likePattern(right).test(left);
    case '<':
      return ordered(machine, left, right, (order) => order < 0);
    case '>':
      return ordered(machine, left, right, (order) => order > 0);
    case '<=':
    case '< =':
      return ordered(machine, left, right, (order) => order <= 0);
    case '>=':
    case '> =':
      return ordered(machine, left, right, (order) => order >= 0);
    default:
      throw new Gap(`${op} in a query`);
  }
}

/** Text is compared without regard to case; ids by their long form. */
function same(machine, left, right) {
  if (left === null || right === null) return left === right;
  if (typeof left === 'string' && typeof right === 'string') return normal(left) === normal(right);
  if (typeof left === 'boolean' || typeof right === 'boolean') return left === right;
  return compare(machine, left, right) === 0;
}

function normal(text) {
  return looksLikeId(text) && text.length === 15 ? fullId(text).toLowerCase() : text.toLowerCase();
}

/** No order holds for an empty field: `Field < 5` leaves rows without a value out. */
function ordered(machine, left, right, test) {
  if (left === null || right === null) return false;
  if (typeof left === 'string')
    return test(compare(machine, left.toLowerCase(), right.toLowerCase()));
  return test(compare(machine, sameMoment(left, right), right));
}

function sameMoment(left, right) {
  return left instanceof ApexDatetime && right instanceof ApexDate
    ? new ApexDate(Math.floor(left.ms / DAY))
    : left;
}

function likePattern(text) {
  const escaped = text
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%/g, '[\\s\\S]*')
    .replace(/_/g, '[\\s\\S]');
  return new RegExp(`^${escaped}$`, 'i');
}

function membership(machine, node, bind, read) {
  const list = members(machine, node.value, bind).map((one) =>
    typeof one === 'string' ? normal(one) : one
  );
  const texts = new Set(list.filter((one) => typeof one === 'string' || one === null));
  const others = list.filter((one) => typeof one !== 'string' && one !== null);
  const isIn = (value) => {
    if (value === null || typeof value === 'string')
      return texts.has(value === null ? null : normal(value));
    return others.some((one) => same(machine, value, one));
  };
  return (row) => isIn(read(row)) === (node.op === 'in');
}

function members(machine, value, bind) {
  if (value.list) return value.list.map((one) => operand(machine, one, bind));
  if (value.query) {
    const schema = machine.org.schema(value.query.from);
    if (!schema)
      machine.raise(
        'System.QueryException',
        `sObject type '${value.query.from}' is not supported.`
      );
    return selectRows(machine, schema, value.query, bind).map((row) =>
      valueAt(machine, schema, row, value.query.fields[0].path)
    );
  }
  const bound = bind(value.bind);
  if (bound === null) return [null];
  if (bound instanceof ApexList || bound instanceof ApexSet)
    return bound.items.map((one) => (one instanceof Rec ? one.id : one));
  throw new Gap('IN with something else than a list or a set');
}

function operand(machine, value, bind) {
  if ('literal' in value) return value.literal;
  if (value.bind) {
    const bound = bind(value.bind);
    return bound instanceof Rec ? bound.id : bound;
  }
  if (value.moment)
    return value.moment.includes('T')
      ? new ApexDatetime(Date.parse(value.moment))
      : new ApexDate(Math.floor(Date.parse(value.moment) / DAY));
  if (value.formula) return { range: dayRange(machine, value.formula) };
  throw new Gap('this value in a query');
}

/** A date literal as `{from, to}` in milliseconds, `to` not included. Days are UTC days: the org's zone is GMT here. */
function dayRange(machine, formula) {
  const today = Math.floor(machine.org.now() / DAY);
  const days = (from, to) => ({ from: from * DAY, to: to * DAY });
  const [name, count] = formula.split(':');
  const n = Number(count);
  switch (name) {
    case 'today':
      return days(today, today + 1);
    case 'yesterday':
      return days(today - 1, today);
    case 'tomorrow':
      return days(today + 1, today + 2);
    case 'last_n_days':
      return days(today - n, today + 1);
    case 'next_n_days':
      return days(today + 1, today + n + 1);
    case 'n_days_ago':
      return days(today - n, today - n + 1);
    default:
      throw new Gap(`the date literal ${formula}`);
  }
}

function inRange(machine, op, { from, to }, read) {
  const at = (value) => (value instanceof ApexDate ? value.day * DAY : (value?.ms ?? null));
  const tests = {
    '=': (ms) => ms >= from && ms < to,
    '!=': (ms) => ms < from || ms >= to,
    '<': (ms) => ms < from,
    '>': (ms) => ms >= to,
    '<=': (ms) => ms < to,
    '>=': (ms) => ms >= from
  };
  return (row) => {
    const ms = at(read(row));
    return ms !== null && !isNumber(read(row)) && tests[op.replace(' ', '')](ms);
  };
}
