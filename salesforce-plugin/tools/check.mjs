/**
 * Everything that can be known of the plug-in without an org, the quick checks first.
 *
 *     node tools/check.mjs [NAME …]      only the steps with these names
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PROJECT } from './sources.mjs';

const bin = (name) => path.join(PROJECT, 'node_modules/.bin', name);
const tool = (name, ...options) => [process.execPath, `tools/${name}.mjs`, ...options];

const STEPS = [
  ['project', ...tool('check-project')],
  ['contract', ...tool('contract')],
  ['labels', ...tool('check-labels')],
  ['access', ...tool('check-access')],
  ['references', ...tool('check-references')],
  ['metadata', ...tool('check-metadata')],
  ['compile', ...tool('compile-apex')],
  ['pages', ...tool('compile-pages')],
  ['format', bin('prettier'), '--check', '--log-level=warn', '.'],
  ['lint', bin('eslint'), '.'],
  ['jest', bin('sfdx-lwc-jest'), '--', '--coverage', '--silent'],
  ['package', ...tool('build-package')],
  ['apex', ...tool('apexrun/run', '--coverage')],
  ['analyze', ...tool('analyze')],
  ['graph', ...tool('analyze', '--deep')]
];

const wanted = process.argv.slice(2);
const chosen = STEPS.filter(([name]) => wanted.length === 0 || wanted.includes(name)).filter(
  isHere
);
const failed = chosen.filter((step) => !run(...step)).map(([name]) => name);
console.log(failed.length ? `FAILED: ${failed.join(', ')}` : `${chosen.length} checks passed`);
process.exit(failed.length || !chosen.length ? 1 : 0);

/** Apex is run by a tool of its own, which may lie elsewhere or not at all. */
function isHere([name, , script]) {
  const isThere = name !== 'apex' || fs.existsSync(path.join(PROJECT, script));
  if (!isThere) {
    console.log(`left out: ${name}, because ${script} is not here`);
  }
  return isThere;
}

function run(name, command, ...options) {
  const begin = Date.now();
  const done = spawnSync(command, options, { cwd: PROJECT, encoding: 'utf8' });
  const seconds = ((Date.now() - begin) / 1000).toFixed(1);
  const output = `${done.stdout}${done.stderr}`.trim();
  const isGood = done.status === 0;
  console.log(`${isGood ? 'ok    ' : 'FAILED'} ${name.padEnd(11)} ${seconds.padStart(5)} s`);
  if (!isGood) {
    console.log(output.replace(/^/gm, '       '));
  }
  return isGood;
}
