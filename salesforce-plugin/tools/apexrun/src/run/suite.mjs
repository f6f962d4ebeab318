// Finds the @IsTest methods and runs each on an org of its own.
import { ApexThrow, Gap, Runaway } from '../problems.mjs';
import { Org } from '../org/org.mjs';
import { Platform } from '../platform/index.mjs';
import { Coverage } from './coverage.mjs';
import { TestSession } from './test_session.mjs';

/** `{cls, method}` of every test; `only` keeps one class or "Class.method". */
export function findTests(program, { only = null } = {}) {
  const wanted = only?.toLowerCase() ?? null;
  const tests = [];
  for (const cls of program.classes.values()) {
    if (!cls.isTest) continue;
    for (const method of [...cls.methods.values()].flat()) {
      if (!method.modifiers.annotations.has('istest')) continue;
      const name = `${cls.name}.${method.name}`;
      if (wanted === null || wanted === cls.name.toLowerCase() || wanted === name.toLowerCase())
        tests.push({ cls, method, name });
    }
  }
  return tests;
}

/** Runs tests; answers `{results: [{name, outcome, message, trace, ms, coverage}], coverage}`. */
export function runTests(
  program,
  tests,
  { platform = new Platform(), stopAtFailure = false, mostStatements } = {}
) {
  const coverage = new Coverage();
  const results = [];
  for (const test of tests) {
    const result = runTest(program, test, { platform, mostStatements });
    results.push(result);
    coverage.merge(result.coverage);
    if (stopAtFailure && result.outcome !== 'pass') break;
  }
  return { results, coverage };
}

function runTest(program, test, { platform, mostStatements }) {
  const begun = performance.now();
  const session = new TestSession({
    program,
    org: new Org(program.project),
    platform,
    mostStatements
  });
  const result = { name: test.name, outcome: 'pass', message: null, trace: null };
  try {
    setUp(session, test.cls);
    session.resetStatics();
    session.transaction = session.freshTransaction();
    session.invoke(test.method, { self: null, args: [] });
    // Jobs that still wait here run in an org as well, but nothing can look at what they do: coverage leaves them out.
  } catch (problem) {
    Object.assign(result, verdict(session, problem));
  }
  return {
    ...result,
    ms: performance.now() - begun,
    coverage: session.coverage,
    statements: session.statements
  };
}

/** @TestSetup methods run before each test, on the same records, in a transaction of their own. */
function setUp(session, cls) {
  for (const method of [...cls.methods.values()]
    .flat()
    .filter((one) => one.modifiers.annotations.has('testsetup'))) {
    session.invoke(method, { self: null, args: [] });
    session.runWaiting();
  }
}

function verdict(session, problem) {
  if (problem instanceof ApexThrow) {
    const { headline, trace } = session.platform.parts(problem.value);
    return { outcome: 'fail', message: headline, trace };
  }
  const where = session.frames.at(-1)?.position ?? '';
  if (problem instanceof Gap)
    return { outcome: 'gap', message: problem.message, trace: session.trace() };
  if (problem instanceof Runaway)
    return { outcome: 'runaway', message: problem.message, trace: session.trace() };
  return { outcome: 'broken', message: `${problem.message} (${where})`, trace: problem.stack };
}
