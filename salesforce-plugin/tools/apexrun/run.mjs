#!/usr/bin/env node
// Runs the plug-in's Apex on this machine: its tests, or scripts against a real endpoint. README.md says how.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { onALargeStack } from './src/commands/large_stack.mjs';
import { readProject } from './src/org/metadata.mjs';
import { Program } from './src/run/program.mjs';
import { SyntaxProblem } from './src/problems.mjs';
import { runScripts } from './src/commands/scripts.mjs';
import { runSuite } from './src/commands/tests.mjs';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const { values, tokens } = parseArgs({
  tokens: true,
  options: {
    project: { type: 'string', default: PROJECT },
    coverage: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    least: { type: 'string' },
    anonymous: { type: 'string', multiple: true },
    advance: { type: 'string', multiple: true },
    callout: { type: 'string' },
    secret: { type: 'string', multiple: true, default: [] },
    'run-events-as': { type: 'string' }
  }
});

onALargeStack(() => {
  try {
    const program = new Program(readProject(values.project));
    const steps = tokens
      .filter((one) => one.name === 'anonymous' || one.name === 'advance')
      .map((one) => ({ kind: one.name, value: one.value }));
    return steps.length ? runScripts(program, steps, values) : runSuite(program, values);
  } catch (problem) {
    if (!(problem instanceof SyntaxProblem)) throw problem;
    console.error(problem.message);
    return 2;
  }
});
