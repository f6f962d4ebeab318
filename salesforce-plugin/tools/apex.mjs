/** Apex as a tree: the parser, and a walk over what it makes. */
import { createRequire } from 'node:module';
import { read } from './sources.mjs';

const { ApexParserFactory } = createRequire(import.meta.url)('@apexdevtools/apex-parser');

/** The tree of one class or trigger. Throws an Error that names the line if it is no Apex. */
export function parse(file) {
  const parser = ApexParserFactory.createParser(read(file));
  parser.removeErrorListeners();
  parser.addErrorListener({
    syntaxError(recognizer, symbol, line, column, message) {
      throw new Error(`${line}:${column} ${message}`);
    },
    reportAmbiguity() {},
    reportAttemptingFullContext() {},
    reportContextSensitivity() {}
  });
  return file.endsWith('.trigger') ? parser.triggerUnit() : parser.compilationUnit();
}

/** What the grammar calls a node: "Query", "InsertStatement" … */
export function kind(node) {
  return node.constructor.name.replace(/Context$/, '');
}

/** Visit every node, parents first; `visit` returns false to leave out what is below. */
export function walk(node, visit) {
  if (visit(node) === false) {
    return;
  }
  (node.children ?? []).forEach((child) => walk(child, visit));
}

/** The nodes of one kind below a node, without those inside one another. */
export function all(node, wanted) {
  const found = [];
  walk(node, (each) => {
    if (kind(each) !== wanted) {
      return true;
    }
    found.push(each);
    return false;
  });
  return found;
}

export function text(node) {
  return node.getText();
}

export function line(node) {
  return node.start.line;
}
