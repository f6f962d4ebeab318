// SOQL: the query node and its conditions. What is not in the plug-in's subset is a Gap at parse time.
import { Gap } from '../problems.mjs';
import { Decimal } from '../values/numbers.mjs';
import { expression, stringValue } from './expressions.mjs';

/** A Query node from a parser's `query`. */
export function query(context) {
  refuse(context.usingScope?.(), 'USING SCOPE');
  refuse(context.updateList?.(), 'UPDATE TRACKING');
  const node = core(context, context.selectList().selectEntry_list());
  node.mode = accessMode(context.withClause?.());
  node.groupBy = groupFields(context.groupByClause?.());
  node.offset = context.offsetClause?.() ? bound(context.offsetClause()) : null;
  node.allRows = Boolean(context.allRowsClause?.());
  node.forUpdate = /update/i.test(context.forClauses?.()?.getText() ?? '');
  return node;
}

/** What a query and a sub-query share. */
function core(context, entries) {
  const [from, ...others] = context.fromNameList().fieldName_list();
  refuse(others.length, 'a query from several objects');
  return {
    kind: 'Soql',
    line: context.start.line,
    from: from.getText(),
    fields: entries.map(selected),
    where: context.whereClause?.() ? logical(context.whereClause().whereLogicalExpression()) : null,
    orderBy: (context.orderByClause?.()?.fieldOrderList().fieldOrder_list() ?? []).map(fieldOrder),
    limit: context.limitClause?.() ? bound(context.limitClause()) : null,
    mode: null,
    groupBy: [],
    offset: null,
    allRows: false,
    forUpdate: false
  };
}

function selected(entry) {
  refuse(entry.typeOf?.(), 'TYPEOF in a query');
  const alias = entry.soqlId?.()?.getText() ?? null;
  if (entry.subQuery?.()) {
    const inner = entry.subQuery();
    return { kind: 'Children', query: core(inner, inner.subFieldList().subFieldEntry_list()) };
  }
  if (!entry.soqlFunction?.()) return { kind: 'Path', path: entry.fieldName().getText(), alias };
  const aggregate = entry.soqlFunction();
  const name = aggregate.children[0].getText().toLowerCase();
  refuse(!AGGREGATES.has(name), `the function ${name} in a query`);
  return { kind: 'Aggregate', name, path: aggregate.fieldName?.()?.getText() ?? null, alias };
}

const AGGREGATES = new Set(['count', 'count_distinct', 'min', 'max', 'sum', 'avg']);

function logical(context) {
  const parts = context.whereConditionalExpression_list().map(condition);
  if (/^not$/i.test(context.children[0].getText())) return { kind: 'Not', part: parts[0] };
  if (parts.length === 1) return parts[0];
  return { kind: context.SOQLOR_list().length ? 'Or' : 'And', parts };
}

function condition(context) {
  if (context.whereLogicalExpression?.()) return logical(context.whereLogicalExpression());
  // A field of a main query stands one level deeper than one of a WITH clause.
  const field = context.whereFieldExpression().fieldExpression();
  refuse(!field, 'FORMULA in a condition');
  refuse(field.soqlFunction?.(), 'a function in a condition');
  return {
    kind: 'Compare',
    path: field.fieldName().getText(),
    op: field
      .comparisonOperator()
      .children.map((child) => child.getText().toLowerCase())
      .join(' '),
    value: value(field.value())
  };
}

function value(context) {
  const text = context.getText();
  if (context.NULL?.()) return { literal: null };
  if (context.BooleanLiteral?.()) return { literal: text.toLowerCase() === 'true' };
  if (context.signedNumber?.())
    return { literal: /^[-+]?\d+$/.test(text) ? Number(text) : Decimal.parse(text) };
  if (context.StringLiteral?.()) return { literal: stringValue(text) };
  if (context.DateTimeLiteral?.() || context.DateLiteral?.()) return { moment: text };
  if (context.dateFormula?.()) return { formula: text.toLowerCase() };
  if (context.boundExpression?.())
    return { bind: expression(context.boundExpression().expression()) };
  if (context.valueList?.()) return { list: context.valueList().value_list().map(value) };
  if (context.subQuery?.()) {
    return {
      query: core(context.subQuery(), context.subQuery().subFieldList().subFieldEntry_list())
    };
  }
  throw new Gap(`the query value ${text}`);
}

function fieldOrder(context) {
  refuse(context.soqlFunction?.(), 'a function in ORDER BY');
  const descending = Boolean(context.DESC?.());
  // "NULLS FIRST" is the default (SOQL and SOSL Reference, ORDER BY).
  return { path: context.fieldName().getText(), descending, nullsLast: Boolean(context.LAST?.()) };
}

function groupFields(context) {
  if (!context) return [];
  refuse(context.HAVING?.() || context.ROLLUP?.() || context.CUBE?.(), 'HAVING, ROLLUP and CUBE');
  return context.fieldGroupByList().getText().split(',');
}

function bound(context) {
  if (context.boundExpression?.())
    return { bind: expression(context.boundExpression().expression()) };
  return { literal: Number(context.IntegerLiteral().getText()) };
}

function accessMode(context) {
  if (!context) return null;
  if (context.USER_MODE?.()) return 'user';
  if (context.SYSTEM_MODE?.()) return 'system';
  throw new Gap(context.getText());
}

function refuse(present, what) {
  if (present) throw new Gap(what);
}
