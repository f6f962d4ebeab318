/**
 * The prototype of an Apex interpreter that may lie beside the checkout: where it is, and running it.
 * It is no part of this project, and its folder may be read-only: a copy of it runs in a temporary
 * folder, where it finds our parser.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROJECT, SOURCE } from '../sources.mjs';

/** From the root of the checkout. */
const FOLDER = '../shared/plugin-tools';
const TOOLS = path.resolve(PROJECT, '..', FOLDER);
const NAME = 'apexrun.mjs';
// Standard objects and their fields, as the platform describes them.
const OBJECTS = path.join(TOOLS, 'sobjects.subset.json');

/** A sentence why it cannot be run here; null if it can. */
export function whyNot() {
  const missing = [path.join(TOOLS, NAME), OBJECTS].filter((file) => !fs.existsSync(file));
  return missing.length ? `${FOLDER} is not beside the checkout` : null;
}

/**
 * Runs `work(run, folder)`: folder holds a copy of our sources in force-app, and run(options, env)
 * runs the prototype on them and answers `{status, output}`.
 */
export function withPrototype(work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'second-opinion-'));
  try {
    fs.copyFileSync(path.join(TOOLS, NAME), path.join(folder, NAME));
    fs.symlinkSync(modules(), path.join(folder, 'node_modules'));
    fs.cpSync(SOURCE, path.join(folder, 'force-app'), { recursive: true });
    return work((options, env) => run(folder, options, env), folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Where the parser is: beside this file's project, or with our own interpreter. */
function modules() {
  const places = ['node_modules', 'tools/apexrun/node_modules'];
  const found = places
    .map((place) => path.join(PROJECT, place))
    .find((place) => fs.existsSync(path.join(place, '@apexdevtools/apex-parser')));
  if (!found) {
    throw new Error('npm ci has not installed the parser yet');
  }
  return found;
}

function run(folder, options, env = {}) {
  const done = spawnSync(
    process.execPath,
    ['--stack-size=4000', NAME, 'force-app', OBJECTS, ...options],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 2 ** 28 }
  );
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}
