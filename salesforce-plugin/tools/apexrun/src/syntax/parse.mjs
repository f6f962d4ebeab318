// From text to our own small syntax tree. Only src/syntax knows the parser's classes;
// everything else sees plain objects `{kind, line, ...}`, which mutate.mjs may change in place.
import { ApexErrorListener, ApexParserFactory } from '@apexdevtools/apex-parser';

import { SyntaxProblem } from '../problems.mjs';
import { declaration, triggerDeclaration } from './declarations.mjs';
import { query } from './soql.mjs';
import { local, statement } from './statements.mjs';

/** The class, interface or enum of one `.cls` file. */
export function parseClass(text, { file }) {
  return declaration(tree(text, 'compilationUnit', file).typeDeclaration(), { file });
}

/** The trigger of one `.trigger` file. */
export function parseTrigger(text, { file }) {
  return triggerDeclaration(tree(text, 'triggerUnit', file), { file });
}

/** The statements of an anonymous script; classes and methods inside are not supported. */
export function parseScript(text, { file }) {
  const block = tree(text, 'anonymousUnit', file).anonymousBlock();
  const statements = block.anonymousBlockMember_list().map((member) => {
    if (member.statement?.()) return statement(member.statement());
    // The grammar reads a variable at the top of a script as a field.
    const field = member.anonymousMemberDeclaration?.()?.fieldDeclaration?.();
    if (field) return local(field);
    throw new SyntaxProblem({
      file,
      line: member.start.line,
      column: 0,
      message: 'a script holds statements only'
    });
  });
  return { kind: 'Block', line: 1, statements };
}

/** One SOQL query given as text, as `Database.query` receives it. */
export function parseQuery(text) {
  return query(tree(text, 'query', 'dynamic SOQL'));
}

function tree(text, rule, file) {
  const listener = new FirstError();
  const { parser } = ApexParserFactory.createLexerAndParser(text, listener);
  const root = parser[rule]();
  if (listener.error) throw new SyntaxProblem({ file, ...listener.error });
  return root;
}

class FirstError extends ApexErrorListener {
  apexSyntaxError(line, column, message) {
    this.error ??= { line, column, message };
  }
}
