// Statements: one function per kind, chosen by the parser's class name.
import { Gap } from '../problems.mjs';
import { expression, stringValue } from './expressions.mjs';
import { typeReference } from './types.mjs';

/** A statement node from a parser's `statement`. */
export function statement(context) {
  const inner = context.children[0];
  const kind = inner.constructor.name.replace(/(Statement)?Context$/, '');
  const build = BUILDERS[kind];
  if (!build) throw new Gap(`the statement ${kind}`);
  return { line: inner.start.line, ...build(inner) };
}

/** A Block node from a parser's `block`. */
export function block(context) {
  return {
    kind: 'Block',
    line: context.start.line,
    statements: context.statement_list().map(statement)
  };
}

const BUILDERS = {
  Block: block,
  LocalVariableDeclaration: (c) => local(c.localVariableDeclaration()),
  Expression: (c) => ({ kind: 'Expression', value: expression(c.expression()) }),
  If: (c) => ({
    kind: 'If',
    condition: expression(c.parExpression().expression()),
    then: statement(c.statement(0)),
    otherwise: c.statement(1) ? statement(c.statement(1)) : null
  }),
  While: (c) => ({
    kind: 'While',
    condition: expression(c.parExpression().expression()),
    body: bodyOf(c)
  }),
  DoWhile: (c) => ({
    kind: 'DoWhile',
    condition: expression(c.parExpression().expression()),
    body: block(c.block())
  }),
  For: (c) => (c.forControl().enhancedForControl?.() ? forEach(c) : forLoop(c)),
  Switch: (c) => ({
    kind: 'Switch',
    subject: expression(c.expression()),
    cases: c.whenControl_list().map(whenCase)
  }),
  Return: (c) => ({ kind: 'Return', value: optional(c) }),
  Throw: (c) => ({ kind: 'Throw', value: expression(c.expression()) }),
  Break: () => ({ kind: 'Break' }),
  Continue: () => ({ kind: 'Continue' }),
  Try: tryStatement,
  Insert: (c) => dml('insert', c),
  Update: (c) => dml('update', c),
  Delete: (c) => dml('delete', c),
  Undelete: (c) => dml('undelete', c),
  Upsert: (c) => ({ ...dml('upsert', c), externalId: c.qualifiedName?.()?.getText() ?? null }),
  Merge: (c) => ({
    kind: 'Merge',
    master: expression(c.expression(0)),
    duplicates: expression(c.expression(1)),
    mode: accessMode(c)
  }),
  RunAs: (c) => ({
    kind: 'RunAs',
    user: expression(c.expressionList().expression(0)),
    body: block(c.block())
  })
};

/** A declaration of variables, from a statement or from what the parser takes for a field. */
export function local(context) {
  return {
    kind: 'Local',
    line: context.start.line,
    type: typeReference(context.typeRef()),
    names: context
      .variableDeclarators()
      .variableDeclarator_list()
      .map((one) => ({
        name: one.id().getText(),
        value: optional(one)
      }))
  };
}

function forEach(context) {
  const control = context.forControl().enhancedForControl();
  return {
    kind: 'ForEach',
    type: typeReference(control.typeRef()),
    name: control.id().getText(),
    iterable: expression(control.expression()),
    body: bodyOf(context)
  };
}

function forLoop(context) {
  const control = context.forControl();
  const start = control.forInit?.();
  const declared = start?.localVariableDeclaration?.();
  return {
    kind: 'For',
    declare: declared ? local(declared) : null,
    start: start && !declared ? start.expressionList().expression_list().map(expression) : [],
    condition: optional(control),
    step: (control.forUpdate?.()?.expressionList().expression_list() ?? []).map(expression),
    body: bodyOf(context)
  };
}

function whenCase(context) {
  const value = context.whenValue();
  const body = block(context.block());
  if (value.ELSE?.()) return { otherwise: true, body };
  if (value.typeRef?.())
    return { type: typeReference(value.typeRef()), name: value.id().getText(), body };
  return { values: value.whenLiteral_list().map(whenValue), body };
}

function whenValue(context) {
  const text = context.getText();
  if (context.NULL?.()) return { literal: null };
  if (context.StringLiteral?.()) return { literal: stringValue(text) };
  if (context.IntegerLiteral?.()) return { literal: Number(text) };
  if (context.LongLiteral?.()) return { literal: BigInt(text.slice(0, -1)) };
  if (context.qualifiedName?.()) return { constant: text.split('.').pop().toLowerCase() };
  throw new Gap(`the case value ${text}`);
}

function tryStatement(context) {
  return {
    kind: 'Try',
    body: block(context.block()),
    catches: context.catchClause_list().map((one) => ({
      type: one.qualifiedName().getText(),
      name: one.id().getText(),
      body: block(one.block()),
      line: one.start.line
    })),
    last: context.finallyBlock?.() ? block(context.finallyBlock().block()) : null
  };
}

function dml(operation, context) {
  return {
    kind: 'Dml',
    operation,
    target: expression(context.expression()),
    mode: accessMode(context)
  };
}

/** `as user` and `as system`; null where the statement says nothing. */
function accessMode(context) {
  const text = context.accessLevel?.()?.getText().toLowerCase() ?? '';
  if (text === '') return null;
  return text.includes('user') ? 'user' : 'system';
}

function optional(context) {
  return context.expression?.() ? expression(context.expression()) : null;
}

function bodyOf(context) {
  return context.statement?.()
    ? statement(context.statement())
    : { kind: 'Block', line: context.start.line, statements: [] };
}
