/**
 * Everything that can be known of the plug-in without an org, two steps at a time.
 *
 *     node tools/check.mjs [NAME …]      only the steps with these names
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { PROJECT } from './sources.mjs';

const bin = (name) => path.join(PROJECT, 'node_modules/.bin', name);
const tool = (name, ...options) => [process.execPath, `tools/${name}.mjs`, ...options];

// The longest first, so that none is left to run alone at the end.
const STEPS = [
  ['graph', ...tool('analyze', '--deep')],
  [
    'mutants',
    ...tool('apexrun/mutate', '--least', '100', '--listed', 'tools/surviving-mutants.mjs')
  ],
  ['analyze', ...tool('analyze')],
  ['compile', ...tool('compile-apex')],
  ['second-opinion', ...tool('second-opinion')],
  ['apex', ...tool('apexrun/run', '--coverage', '--least', '95')],
  ['jest', bin('sfdx-lwc-jest'), '--', '--coverage', '--silent'],
  ['metadata', ...tool('check-metadata')],
  ['format', bin('prettier'), '--check', '--log-level=warn', '.'],
  ['references', ...tool('check-references')],
  ['access', ...tool('check-access')],
  ['lint', bin('eslint'), '.'],
  ['package', ...tool('build-package')],
  ['pages', ...tool('compile-pages')],
  ['project', ...tool('check-project')],
  ['labels', ...tool('check-labels')],
  ['contract', ...tool('contract')]
];
const AT_ONCE = 2;

const names = process.argv.slice(2);
const unknown = names.filter((name) => !STEPS.some(([step]) => step === name));
const chosen = STEPS.filter(([name]) => names.length === 0 || names.includes(name));
const begin = Date.now();
const results = unknown.length ? [] : await runAll(chosen);
const failed = [...unknown, ...results.filter((one) => !one.isGood).map((one) => one.name)];
console.log(
  failed.length
    ? `FAILED: ${failed.join(', ')}`
    : `${chosen.length} checks passed in ${secondsSince(begin)} s`
);
process.exit(failed.length ? 1 : 0);

async function runAll(steps) {
  const waiting = [...steps];
  const found = [];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      found.push(await run(...step));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return found;
}

async function run(name, command, ...options) {
  const start = Date.now();
  const { isGood, output } = await outcome(command, options);
  const head = `${isGood ? 'ok    ' : 'FAILED'} ${name.padEnd(14)} ${secondsSince(start).padStart(5)} s`;
  console.log(
    isGood ? `${head}  ${summary(output)}` : `${head}\n${output.replace(/^/gm, '       ')}`
  );
  return { name, isGood };
}

function outcome(command, options) {
  return new Promise((resolve) => {
    const child = spawn(command, options, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces = [];
    child.stdout.on('data', (piece) => pieces.push(piece));
    child.stderr.on('data', (piece) => pieces.push(piece));
    const end = (isGood, more = '') =>
      resolve({ isGood, output: `${Buffer.concat(pieces)}${more}`.trim() });
    child.on('error', (problem) => end(false, problem.message));
    child.on('close', (status) => end(status === 0));
  });
}

/** The last thing a step says; tables and dots of other people's tools say nothing. */
function summary(output) {
  const last = output.split('\n').at(-1);
  return /^\w/.test(last) ? last : '';
}

function secondsSince(moment) {
  return ((Date.now() - moment) / 1000).toFixed(1);
}
