// `run.mjs` without scripts: runs the tests and reports them.
import { coverageReport } from '../run/coverage.mjs';
import { findTests, runTests } from '../run/suite.mjs';

/** Exit code: 0 all passed (and covered enough), 1 a test failed, 2 apexrun is too small for one. */
export function runSuite(program, { only = null, coverage = false, json = false, least = null }) {
  const tests = findTests(program, { only });
  if (!tests.length) {
    console.error(only ? `There is no test ${only}.` : 'There are no tests.');
    return 1;
  }
  const run = runTests(program, tests);
  const files = coverageReport(program, run.coverage);
  const total = percent(files);
  if (json)
    console.log(
      JSON.stringify(
        { tests: run.results.map(plainResult), coverage: { percent: total, files } },
        null,
        1
      )
    );
  else report(run.results, coverage || least ? files : null, total);
  return exitCode(run.results, { total, files, least: least === null ? null : Number(least) });
}

function plainResult({ name, outcome, message, trace, ms }) {
  return { name, outcome, message, trace, ms: Math.round(ms) };
}

function report(results, files, total) {
  for (const { name, outcome, message, trace } of results.filter((one) => one.outcome !== 'pass')) {
    console.log(`${outcome.toUpperCase()} ${name}\n  ${message}\n${indent(trace)}`);
  }
  const outcomes = [...new Set(results.map((one) => one.outcome))];
  const counts = outcomes.map(
    (outcome) => `${results.filter((one) => one.outcome === outcome).length} ${outcome}`
  );
  const ms = results.reduce((sum, one) => sum + one.ms, 0);
  if (files) for (const file of files) console.log(coverageLine(file));
  if (files) console.log(`${String(total).padStart(4)} % of all lines`);
  console.log(`${results.length} tests in ${(ms / 1000).toFixed(1)} s: ${counts.join(', ')}`);
}

function indent(text) {
  return (text ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => `    ${line}`)
    .join('\n');
}

function coverageLine({ file, lines, covered, missed }) {
  const share = lines ? Math.floor((covered / lines) * 100) : 100;
  const where = missed.length ? `  not run: ${missed.join(', ')}` : '';
  return `${String(share).padStart(4)} % ${file.split('/').pop()}${where}`;
}

function percent(files) {
  const lines = files.reduce((sum, one) => sum + one.lines, 0);
  return lines ? Math.floor((files.reduce((sum, one) => sum + one.covered, 0) / lines) * 100) : 100;
}

/** A production deployment needs every trigger to run in a test, as well as the total. */
function exitCode(results, { total, files, least }) {
  if (results.some((one) => one.outcome === 'gap' || one.outcome === 'broken')) return 2;
  if (results.some((one) => one.outcome !== 'pass')) return 1;
  if (least === null) return 0;
  const idle = files.filter((one) => one.file.endsWith('.trigger') && one.covered === 0);
  for (const { file } of idle) console.error(`No test runs the trigger ${file}.`);
  if (total < least) console.error(`${total} % of the lines are covered; ${least} % are needed.`);
  return idle.length || total < least ? 1 : 0;
}
