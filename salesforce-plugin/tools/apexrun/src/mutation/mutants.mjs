// The places in the plug-in's syntax trees that can be changed, and the change: `{file, line, text, apply, revert}`.

const OPPOSITE = {
  '==': '!=',
  '!=': '==',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '*': '/',
  '&&': '||',
  '||': '&&'
};
const REMOVABLE = new Set(['Expression', 'Dml', 'Merge', 'Throw']);

/** All mutants of the classes and triggers that are no tests. `line` is that of the statement, as coverage counts it. */
export function mutantsOf(program, { only = null } = {}) {
  const units = [...program.classes.values()]
    .filter((cls) => !cls.isTest && !cls.constants)
    .map((cls) => cls.node);
  units.push(...program.triggers);
  const wanted = only?.toLowerCase() ?? null;
  return units
    .filter((unit) => wanted === null || unit.name.toLowerCase() === wanted)
    .flatMap((unit) => {
      const found = [];
      visit(unit, { file: unit.file, line: unit.line }, found);
      return found;
    });
}

function visit(node, place, found) {
  if (Array.isArray(node)) {
    node.forEach((one, at) => {
      if (REMOVABLE.has(one?.kind) && !isDelegation(one))
        found.push(removal(node, at, { ...place, line: one.line }));
      visit(one, place, found);
    });
    return;
  }
  if (!node || typeof node !== 'object' || node instanceof Map || node instanceof Set) return;
  const here = STATEMENTS.has(node.kind)
    ? { ...place, line: node.line }
    : node.value && node.type && node.modifiers
      ? { ...place, line: node.value.line }
      : place;
  for (const mutant of changes(node)) found.push({ ...here, ...mutant });
  for (const [key, value] of Object.entries(node))
    if (value && typeof value === 'object' && key !== 'modifiers') visit(value, here, found);
}

/** `this(...)` and `super(...)` cannot be left out on their own. */
function isDelegation(statement) {
  return statement.kind === 'Expression' && statement.value.kind === 'ConstructorCall';
}

const STATEMENTS = new Set([
  'Local',
  'Expression',
  'If',
  'While',
  'DoWhile',
  'For',
  'ForEach',
  'Switch',
  'Return',
  'Throw',
  'Try',
  'Dml',
  'Merge',
  'Break',
  'Continue'
]);

function changes(node) {
  switch (node.kind) {
    case 'Binary':
    case 'Logical':
      return OPPOSITE[node.op] && !joinsText(node)
        ? [set(node, 'op', OPPOSITE[node.op], `${node.op} becomes ${OPPOSITE[node.op]}`)]
        : [];
    case 'Unary':
      return node.op === '!' ? [set(node, 'op', '+', '! left out')] : [];
    case 'Literal':
      return literalChanges(node);
    case 'If':
      return [conditionOf(node, true), conditionOf(node, false)];
    case 'Conditional':
      return [conditionOf(node, true), conditionOf(node, false)];
    default:
      return [];
  }
}

function joinsText(node) {
  return node.op === '+' && JSON.stringify(node, hideBig).includes('"value":"');
}

const hideBig = (key, value) => (typeof value === 'bigint' ? Number(value) : value);

function literalChanges(node) {
  const { value } = node;
  if (typeof value === 'boolean') return [set(node, 'value', !value, `${value} becomes ${!value}`)];
  if (typeof value === 'number')
    return [set(node, 'value', value + 1, `${value} becomes ${value + 1}`)];
  if (typeof value === 'string')
    return [set(node, 'value', `${value}~`, `'${value}' becomes '${value}~'`)];
  return [];
}

function conditionOf(node, value) {
  return set(
    node,
    'condition',
    { kind: 'Literal', value, line: node.condition.line },
    `the condition is always ${value}`
  );
}

function set(node, key, value, text) {
  const before = node[key];
  return { text, apply: () => (node[key] = value), revert: () => (node[key] = before) };
}

function removal(list, at, place) {
  const before = list[at];
  const nothing = { kind: 'Block', line: before.line, statements: [] };
  return {
    ...place,
    text: 'a statement left out',
    apply: () => (list[at] = nothing),
    revert: () => (list[at] = before)
  };
}
