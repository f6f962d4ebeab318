// Which lines can run, and which did.

/** Lines that ran, per file. */
export class Coverage {
  constructor() {
    this.hits = new Map();
  }

  hit(file, line) {
    let lines = this.hits.get(file);
    if (!lines) this.hits.set(file, (lines = new Set()));
    lines.add(line);
  }

  /** Adds what another run covered. */
  merge(other) {
    for (const [file, lines] of other.hits) for (const line of lines) this.hit(file, line);
  }
}

/** `{file, lines, covered, missed}` per class and trigger that is no test; the rule of 75 % counts the same lines. */
export function coverageReport(program, coverage) {
  const units = [...program.classes.values()]
    .filter((cls) => !cls.isTest && !cls.constants)
    .map((cls) => ({ file: cls.file, node: cls.node }));
  units.push(...program.triggers.map((trigger) => ({ file: trigger.file, node: trigger.body })));
  return units
    .map(({ file, node }) => {
      const lines = [...executableLines(node)].sort((a, b) => a - b);
      const ran = coverage.hits.get(file) ?? new Set();
      const missed = lines.filter((line) => !ran.has(line));
      return { file, lines: lines.length, covered: lines.length - missed.length, missed };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

function executableLines(node, lines = new Set()) {
  if (Array.isArray(node)) node.forEach((one) => executableLines(one, lines));
  else if (node && typeof node === 'object' && !(node instanceof Map) && !(node instanceof Set)) {
    if (STATEMENTS.has(node.kind) && node.line) lines.add(node.line);
    for (const value of Object.values(node))
      if (value && typeof value === 'object') executableLines(value, lines);
  }
  return lines;
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
  'Break',
  'Continue',
  'Try',
  'Dml',
  'Merge',
  'RunAs'
]);
