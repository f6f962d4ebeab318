// `mutate.mjs`: shares the mutants among threads and reports those that no test noticed.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { withoutListed } from '../mutation/survivors.mjs';

/**
 * `{mutants: [{unit, file, line, code, text, fate}], broken}`: `unit` is the class or trigger, `code` the text of the line;
 * `broken` names tests that fail without any mutant.
 */
export async function mutate({ project, only, jobs, seconds }) {
  const deadline = Date.now() + seconds * 1000;
  const parts = await Promise.all(
    [...Array(jobs).keys()].map((share) => part({ project, only, share, shares: jobs, deadline }))
  );
  const lines = new Map();
  const mutants = parts.flatMap((one) =>
    one.mutants.map((mutant) => placed(mutant, project, lines))
  );
  return { mutants, broken: parts[0].broken };
}

function placed(mutant, project, lines) {
  const { file, line } = mutant;
  if (!lines.has(file)) lines.set(file, readFileSync(join(project, file), 'utf8').split('\n'));
  return { ...mutant, unit: basename(file).split('.')[0], code: lines.get(file)[line - 1].trim() };
}

function part(workerData) {
  return new Promise((resolve, reject) => {
    const found = { mutants: [], broken: [] };
    const worker = new Worker(new URL('../mutation/worker.mjs', import.meta.url), {
      workerData,
      resourceLimits: { stackSizeMb: 32 }
    });
    worker.on('message', (message) => {
      if (message.broken) found.broken = message.broken;
      else found.mutants.push(message);
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve(found));
  });
}

/**
 * Prints what no test noticed. Exit code 1 when fewer than `least` percent of those that `listed` does not name were
 * killed, when that list is out of date, when a mutant was not tried, or when the suite fails by itself.
 */
export function printMutation({ mutants, broken }, { json, least, listed }) {
  if (broken.length) {
    console.error(`These tests fail already: ${broken.join(', ')}`);
    return 1;
  }
  const { counted, stale } = withoutListed(mutants, listed);
  const count = (fate) => counted.filter((one) => one.fate === fate).length;
  const untried = mutants.filter((one) => one.fate === 'untried').length;
  const tried = counted.length - count('untried');
  const score = tried ? Math.floor((count('killed') / tried) * 100) : 0;
  const isEnough = tried > 0 && score >= least && !stale.length && (!untried || !least);
  if (json) {
    console.log(JSON.stringify({ score, mutants, stale }, null, 1));
    return isEnough ? 0 : 1;
  }
  const left = counted.filter((one) => one.fate === 'survived' || one.fate === 'uncovered');
  left.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  for (const { unit, line, text, fate } of left) console.log(`${fate} ${unit}:${line} ${text}`);
  for (const sentence of stale) console.log(`listed ${sentence}`);
  const fates = ['killed', 'survived', 'uncovered', 'untried'];
  console.log(
    `${mutants.length} mutants, ${mutants.length - counted.length} listed as harmless; of the others ` +
      `${fates.map((fate) => `${count(fate)} ${fate}`).join(', ')}: ${score} % of those tried`
  );
  return isEnough ? 0 : 1;
}
