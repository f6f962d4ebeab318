// One thread of a mutation run: tries every n-th mutant and reports each.
import { parentPort, workerData } from 'node:worker_threads';

import { readProject } from '../org/metadata.mjs';
import { Platform } from '../platform/index.mjs';
import { Program } from '../run/program.mjs';
import { findTests, runTests } from '../run/suite.mjs';
import { mutantsOf } from './mutants.mjs';

const { project, only, share, shares, deadline } = workerData;

const program = new Program(readProject(project));
const platform = new Platform();
const baseline = runTests(program, findTests(program), { platform });
const broken = baseline.results.filter((one) => one.outcome !== 'pass').map((one) => one.name);

if (broken.length) parentPort.postMessage({ broken });
else tryAll();

function tryAll() {
  const tests = new Map(findTests(program).map((test) => [test.name, test]));
  const timed = [...baseline.results].sort((a, b) => a.statements - b.statements);
  const slowest = Math.max(...timed.map((one) => one.statements));
  for (const [place, mutant] of mutantsOf(program, { only }).entries()) {
    if (place % shares !== share) continue;
    const covering = timed
      .filter((one) => one.coverage.hits.get(mutant.file)?.has(mutant.line))
      .map((one) => tests.get(one.name));
    const fate = Date.now() > deadline ? 'untried' : fateOf(mutant, covering, slowest);
    parentPort.postMessage({ file: mutant.file, line: mutant.line, text: mutant.text, fate });
  }
}

/** killed: a test failed; survived: all passed; uncovered: no test runs the line. */
function fateOf(mutant, covering, slowest) {
  if (!covering.length) return 'uncovered';
  mutant.apply();
  try {
    const { results } = runTests(program, covering, {
      platform,
      stopAtFailure: true,
      mostStatements: slowest * 10
    });
    return results.at(-1).outcome === 'pass' ? 'survived' : 'killed';
  } finally {
    mutant.revert();
  }
}
