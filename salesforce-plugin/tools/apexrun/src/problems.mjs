// The three ways a run can stop, kept apart because they mean different things to the reader:
// the Apex is wrong (ApexThrow), apexrun is too small (Gap), or the source cannot be read (SyntaxProblem).

/** An Apex exception on its way up; `value` is what a catch clause receives. */
export class ApexThrow extends Error {
  constructor(value) {
    super('an Apex exception');
    this.value = value;
  }
}

/** Something of the platform that apexrun does not model. Apex code cannot catch it: a guess would be worse. */
export class Gap extends Error {
  constructor(what) {
    super(`apexrun does not know ${what}`);
    this.name = 'Gap';
  }
}

/** A run that executes far more statements than any test needs: an endless loop. Not catchable either. */
export class Runaway extends Error {
  constructor(statements) {
    super(`stopped after ${statements} statements: an endless loop?`);
    this.name = 'Runaway';
  }
}

/** Source text that the parser refuses. */
export class SyntaxProblem extends Error {
  constructor({ file, line, column, message }) {
    super(`${file}:${line}:${column + 1} ${message}`);
    this.name = 'SyntaxProblem';
  }
}
