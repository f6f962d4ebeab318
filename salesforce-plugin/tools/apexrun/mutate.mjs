#!/usr/bin/env node
// Mutation testing: changes the plug-in's code in one place at a time and asks whether a test notices. README.md says how.
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { mutate, printMutation } from './src/commands/mutation.mjs';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const { values } = parseArgs({
  options: {
    project: { type: 'string', default: PROJECT },
    only: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    seconds: { type: 'string', default: '3600' },
    least: { type: 'string', default: '0' },
    listed: { type: 'string' },
    json: { type: 'boolean', default: false }
  }
});

const report = await mutate({
  project: values.project,
  only: values.only ?? null,
  jobs: Number(values.jobs),
  seconds: Number(values.seconds)
});
process.exitCode = printMutation(report, {
  json: values.json,
  least: Number(values.least),
  listed: await readList()
});

/** What may survive, by `--listed FILE`: a module that exports SURVIVING. One class is compared with its own part of it. */
async function readList() {
  if (!values.listed) return [];
  const { SURVIVING } = await import(pathToFileURL(values.listed));
  return SURVIVING.filter((one) => !values.only || one.in === values.only);
}
