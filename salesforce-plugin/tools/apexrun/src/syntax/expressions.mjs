// Expressions: one function per kind, chosen by the parser's class name.
import { Gap, SyntaxProblem } from '../problems.mjs';
import { Decimal, Double } from '../values/numbers.mjs';
import { query } from './soql.mjs';
import { parseType, typeReference } from './types.mjs';

/** An expression node from a parser's `expression`. */
export function expression(context) {
  const kind = context.constructor.name.replace(/ExpressionContext$/, '');
  const build = BUILDERS[kind];
  if (!build) throw new Gap(`the expression ${kind}: ${context.getText().slice(0, 60)}`);
  const node = build(context);
  node.line ??= context.start.line;
  return node;
}

/** The text that a quoted literal stands for. */
export function stringValue(text) {
  return text
    .slice(1, -1)
    .replace(/\\u([0-9a-fA-F]{4})|\\(.)/gs, (_, code, letter) =>
      code ? String.fromCharCode(parseInt(code, 16)) : (ESCAPES[letter] ?? letter)
    );
}

const ESCAPES = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

const BUILDERS = {
  Primary: (c) => primary(c.primary()),
  Sub: (c) => expression(c.expression()),
  Dot: dotted,
  MethodCall: (c) => methodCall(c.methodCall()),
  Array: (c) => ({
    kind: 'Index',
    target: expression(c.expression(0)),
    index: expression(c.expression(1))
  }),
  New: (c) => creation(c.creator()),
  Cast: (c) => ({
    kind: 'Cast',
    type: typeReference(c.typeRef()),
    value: expression(c.expression())
  }),
  PostOp: (c) => ({
    kind: 'Step',
    by: c.INC() ? 1 : -1,
    prefix: false,
    target: expression(c.expression())
  }),
  PreOp: preOperation,
  Neg: (c) => ({ kind: 'Unary', op: c.BANG() ? '!' : '~', value: expression(c.expression()) }),
  Arth1: binary,
  Arth2: binary,
  Bit: binary,
  BitAnd: binary,
  BitOr: binary,
  BitNot: binary,
  Cmp: binary,
  Equality: binary,
  LogAnd: (c) => ({ ...binary(c), kind: 'Logical' }),
  LogOr: (c) => ({ ...binary(c), kind: 'Logical' }),
  Coal: (c) => ({ ...binary(c), kind: 'Coalesce' }),
  Cond: (c) => {
    const [condition, then, otherwise] = c.expression_list().map(expression);
    return { kind: 'Conditional', condition, then, otherwise };
  },
  InstanceOf: (c) => ({
    kind: 'InstanceOf',
    value: expression(c.expression()),
    type: typeReference(c.typeRef())
  }),
  Assign: (c) => ({ ...binary(c), kind: 'Assign' })
};

/** Two operands; the operator is what stands between them, so `>` `>` `=` reads as `>>=`. */
function binary(context) {
  const [left, right] = context.expression_list().map(expression);
  const op = context.children
    .slice(1, -1)
    .map((child) => child.getText())
    .join('');
  return { kind: 'Binary', op, left, right };
}

function preOperation(context) {
  const value = expression(context.expression());
  if (context.INC() || context.DEC())
    return { kind: 'Step', by: context.INC() ? 1 : -1, prefix: true, target: value };
  return { kind: 'Unary', op: context.SUB() ? '-' : '+', value };
}

function dotted(context) {
  const target = expression(context.expression());
  const safe = Boolean(context.QUESTIONDOT?.());
  const call = context.dotMethodCall?.();
  const line = (call ?? context.anyId()).start.line;
  if (call)
    return { kind: 'Call', target, safe, name: call.anyId().getText(), args: list(call), line };
  return { kind: 'Field', target, safe, name: context.anyId().getText(), line };
}

function methodCall(context) {
  if (context.THIS?.() || context.SUPER?.()) {
    return { kind: 'ConstructorCall', toSuper: Boolean(context.SUPER?.()), args: list(context) };
  }
  return {
    kind: 'Call',
    target: null,
    safe: false,
    name: context.id().getText(),
    args: list(context)
  };
}

function list(context) {
  return (context.expressionList?.()?.expression_list() ?? []).map(expression);
}

function primary(context) {
  const kind = context.constructor.name.replace(/PrimaryContext$/, '');
  switch (kind) {
    case 'This':
      return { kind: 'This' };
    case 'Super':
      return { kind: 'Super' };
    case 'Literal':
      return literal(context.literal());
    case 'TypeRef':
      return { kind: 'TypeLiteral', type: typeReference(context.typeRef()) };
    case 'Id':
      return { kind: 'Name', name: context.id().getText() };
    case 'Soql':
      return { kind: 'Query', query: query(context.soqlLiteral().query()) };
    default:
      throw new Gap(`the expression ${kind}: ${context.getText().slice(0, 60)}`);
  }
}

function literal(context) {
  const text = context.getText();
  const of = (value) => ({ kind: 'Literal', value });
  if (context.IntegerLiteral()) return of(integer(text, context));
  if (context.LongLiteral()) return of(BigInt(text.slice(0, -1)));
  // "1.5" is a Decimal, "1.5d" a Double (Apex Developer Guide, Primitive Data Types).
  if (context.NumberLiteral())
    return of(/d$/i.test(text) ? new Double(parseFloat(text)) : Decimal.parse(text));
  if (context.StringLiteral()) return of(stringValue(text));
  if (context.BooleanLiteral()) return of(text.toLowerCase() === 'true');
  if (context.NULL()) return of(null);
  throw new Gap(`the literal ${text.slice(0, 40)}`);
}

function integer(text, context) {
  const value = Number(text);
  if (value > 2147483648) {
    throw new SyntaxProblem({
      file: '',
      line: context.start.line,
      column: context.start.column,
      message: `Illegal integer: ${text}`
    });
  }
  return value;
}

function creation(context) {
  const type = parseType(context.createdName().getText());
  const node = { kind: 'New', type, args: [], elements: null, pairs: null, size: null };
  if (context.classCreatorRest?.()) node.args = list(context.classCreatorRest().arguments());
  else if (context.mapCreatorRest?.()) {
    node.pairs = context
      .mapCreatorRest()
      .mapCreatorRestPair_list()
      .map((pair) => pair.expression_list().map(expression));
  } else if (context.setCreatorRest?.())
    node.elements = context.setCreatorRest().expression_list().map(expression);
  else if (context.arrayCreatorRest?.()) return arrayCreation(node, context.arrayCreatorRest());
  else if (context.noRest?.()) node.elements = [];
  return node;
}

/** `new String[]{...}` and `new String[3]` both make a List. */
function arrayCreation(node, rest) {
  const type = { name: 'list', args: [node.type], text: `List<${node.type.text}>` };
  if (rest.arrayInitializer?.())
    return { ...node, type, elements: rest.arrayInitializer().expression_list().map(expression) };
  return { ...node, type, size: expression(rest.expression()) };
}
