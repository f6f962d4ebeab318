// Runs SOQL over the store.
import { Gap } from '../problems.mjs';
import { ApexList, ApexSet } from '../values/collections.mjs';
import { Decimal } from '../values/numbers.mjs';
import { Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { compare } from '../run/text.mjs';
import { checkReadable } from './access.mjs';
import { refuseComputed } from './fields.mjs';
import { matcher } from './conditions.mjs';

/** The rows of a query. `bind` works out `:expressions`; `mode` is the query's own, else the caller's, else system. */
export function runQuery(machine, node, { bind, mode = null }) {
  const schema = machine.org.schema(node.from);
  if (!schema)
    machine.raise('System.QueryException', `sObject type '${node.from}' is not supported.`);
  // Queries of custom metadata count no query (Apex Developer Guide, "Custom Metadata Types").
  if (!schema.isMetadata) machine.transaction.charge(machine, 'queries');
  if (node.forUpdate && node.orderBy.length)
    machine.raise('System.QueryException', 'ORDER BY is not allowed with FOR UPDATE');
  const access = node.mode ?? mode ?? 'system';
  for (const path of pathsOf(node)) checkPath(machine, schema, path);
  if (access === 'user') checkReadable(machine, schema, pathsOf(node));
  const rows = limited(
    machine,
    node,
    sorted(machine, node, selectRows(machine, schema, node, bind)),
    bind
  );
  if (!schema.isMetadata) machine.transaction.charge(machine, 'queryRows', rows.length);
  return result(machine, schema, node, rows);
}

/** `SELECT COUNT() FROM …`: a number; anything else: rows. */
function result(machine, schema, node, rows) {
  const [only] = node.fields;
  if (only.kind === 'Aggregate' && only.name === 'count' && !only.path && node.fields.length === 1)
    return rows.length;
  const list = new ApexList([], {
    name: 'list',
    args: [{ name: 'sobject', args: [], text: schema.name }],
    text: `List<${schema.name}>`
  });
  list.fromQuery = true;
  const isAggregate = node.groupBy.length || node.fields.some((one) => one.kind === 'Aggregate');
  list.items = isAggregate
    ? aggregated(machine, schema, node, rows)
    : rows.map((row) => projected(machine, schema, node, row));
  return list;
}

/** All rows that the conditions let through. */
export function selectRows(machine, schema, node, bind) {
  const rows = machine.org.store.rows(schema, { withDeleted: node.allRows });
  const matches = node.where ? matcher(machine, schema, node.where, bind) : () => true;
  return rows.filter(matches);
}

function sorted(machine, node, rows) {
  if (!node.orderBy.length) return rows;
  const schema = machine.org.schema(node.from);
  const value = (row, path) => valueAt(machine, schema, row, path);
  return [...rows].sort((a, b) => {
    for (const { path, descending, nullsLast } of node.orderBy) {
      const [left, right] = [value(a, path), value(b, path)];
      if (left === null || right === null) {
        const order = Number(left !== null) - Number(right !== null);
        if (order) return nullsLast ? -order : order;
        continue;
      }
      const order =
        typeof left === 'string'
          ? compare(machine, left.toLowerCase(), right.toLowerCase())
          : compareAny(machine, left, right);
      if (order) return descending ? -order : order;
    }
    return 0;
  });
}

function compareAny(machine, left, right) {
  return typeof left === 'boolean' ? Number(left) - Number(right) : compare(machine, left, right);
}

function limited(machine, node, rows, bind) {
  const number = (bound) =>
    bound ? ('literal' in bound ? bound.literal : bind(bound.bind)) : null;
  const [limit, offset] = [number(node.limit), number(node.offset) ?? 0];
  // "NUMBER_OUTSIDE_VALID_RANGE: Maximum SOQL offset allowed is 2000".
  if (offset > 2000) machine.raise('System.QueryException', 'Maximum SOQL offset allowed is 2000');
  return rows.slice(offset, limit === null ? undefined : offset + limit);
}

/** A row's value along a path such as `CronJobDetail.Name`; null where the way ends early. */
export function valueAt(machine, schema, row, path) {
  const [first, ...rest] = path.split('.');
  if (!rest.length)
    return (
      row.get(fieldOf(machine, schema, first).name.toLowerCase()) ?? emptyValue(schema.field(first))
    );
  const relation = relationOf(machine, schema, first);
  const target = machine.org.schema(relation.target);
  const parent = machine.org.store.table(target).get(row.get(relation.name.toLowerCase()));
  return parent ? valueAt(machine, target, parent, rest.join('.')) : null;
}

/** Every field that is mentioned must be there, whether or not a row comes by it. */
function checkPath(machine, schema, path) {
  const [first, ...rest] = path.split('.');
  if (rest.length)
    checkPath(
      machine,
      machine.org.schema(relationOf(machine, schema, first).target),
      rest.join('.')
    );
  else refuseComputed(fieldOf(machine, schema, first));
}

function emptyValue(field) {
  return field.type === 'Boolean' ? false : null;
}

export function fieldOf(machine, schema, name) {
  const field = schema.field(name);
  if (!field)
    machine.raise('System.QueryException', `No such column '${name}' on entity '${schema.name}'.`);
  return field;
}

function relationOf(machine, schema, name) {
  const relation = schema.relationships.get(name.toLowerCase());
  if (!relation)
    machine.raise(
      'System.QueryException',
      `Didn't understand relationship '${name}' in field path.`
    );
  return relation;
}

/** A row with the fields asked for. The Id always comes along. */
function projected(machine, schema, node, row) {
  const record = new Rec(schema, new Map([['id', row.get('id')]]));
  record.queried = new Set(['id']);
  for (const entry of node.fields) {
    if (entry.kind === 'Children') throw new Gap('a sub-query in SELECT');
    setPath(machine, schema, row, record, entry.path.split('.'));
  }
  return record;
}

function setPath(machine, schema, row, record, [first, ...rest]) {
  const key = first.toLowerCase();
  if (!rest.length) {
    const field = fieldOf(machine, schema, first);
    record.queried.add(key);
    const value = row.get(key) ?? null;
    record.fields.set(key, value === null && field.type === 'Boolean' ? false : value);
    return;
  }
  const relation = relationOf(machine, schema, first);
  const target = machine.org.schema(relation.target);
  const parentRow = machine.org.store.table(target).get(row.get(relation.name.toLowerCase()));
  record.queried.add(key);
  if (!parentRow) {
    record.fields.set(key, null);
    return;
  }
  let parent = record.fields.get(key);
  if (!parent) {
    parent = new Rec(target, new Map([['id', parentRow.get('id')]]));
    parent.queried = new Set(['id']);
    record.fields.set(key, parent);
  }
  setPath(machine, target, parentRow, parent, rest);
}

/** Groups and their COUNT, MIN, MAX, SUM, as AggregateResult objects; unnamed ones are expr0, expr1, …. */
function aggregated(machine, schema, node, rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = node.groupBy
      .map((path) => String(valueAt(machine, schema, row, path)).toLowerCase())
      .join('\u0000');
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  if (!node.groupBy.length && !groups.size) groups.set('', []);
  return [...groups.values()].map((members) => {
    const values = new Map();
    let unnamed = 0;
    for (const entry of node.fields) {
      if (entry.kind === 'Path')
        values.set(
          (entry.alias ?? entry.path.split('.').pop()).toLowerCase(),
          valueAt(machine, schema, members[0], entry.path)
        );
      else
        values.set(
          (entry.alias ?? `expr${(unnamed += 1) - 1}`).toLowerCase(),
          aggregate(machine, schema, entry, members)
        );
    }
    return new Native('AggregateResult', { values });
  });
}

function aggregate(machine, schema, { name, path }, rows) {
  const values = path
    ? rows.map((row) => valueAt(machine, schema, row, path)).filter((value) => value !== null)
    : rows;
  switch (name) {
    case 'count':
      return values.length;
    case 'count_distinct':
      return new ApexSet(values).map.size;
    case 'min':
    case 'max': {
      const ordered = [...values].sort((a, b) => compare(machine, a, b));
      return (name === 'min' ? ordered[0] : ordered.at(-1)) ?? null;
    }
    case 'sum':
      return values.length
        ? values.map((one) => Decimal.of(one)).reduce((a, b) => a.plus(b))
        : null;
    default:
      throw new Gap(`${name}() in a query`);
  }
}

/** All field paths that a query mentions, for the checks of user mode. */
function pathsOf(node) {
  const paths = node.fields.filter((one) => one.path).map((one) => one.path);
  const visit = (condition) => {
    if (condition?.kind === 'Compare') paths.push(condition.path);
    if (condition?.kind === 'Not') visit(condition.part);
    (condition?.parts ?? []).forEach(visit);
  };
  visit(node.where);
  return [...paths, ...node.orderBy.map((one) => one.path), ...node.groupBy];
}
