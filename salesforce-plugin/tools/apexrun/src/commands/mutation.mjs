// `mutate.mjs`: shares the mutants among threads and reports those that no test noticed.
import { Worker } from 'node:worker_threads';

/** `{mutants: [{file, line, text, fate}], broken}`; `broken` names tests that fail without any mutant. */
export async function mutate({ project, only, jobs, seconds }) {
  const deadline = Date.now() + seconds * 1000;
  const parts = await Promise.all(
    [...Array(jobs).keys()].map((share) => part({ project, only, share, shares: jobs, deadline }))
  );
  return { mutants: parts.flatMap((one) => one.mutants), broken: parts[0].broken };
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

/** Exit code 1 when fewer than `least` percent were killed, or the suite fails by itself. */
export function printMutation({ mutants, broken }, { json, least }) {
  if (broken.length) {
    console.error(`These tests fail already: ${broken.join(', ')}`);
    return 1;
  }
  const count = (fate) => mutants.filter((one) => one.fate === fate).length;
  const tried = mutants.length - count('untried');
  const score = tried ? Math.floor((count('killed') / tried) * 100) : 100;
  if (json) console.log(JSON.stringify({ score, mutants }, null, 1));
  else {
    const left = mutants.filter((one) => one.fate === 'survived' || one.fate === 'uncovered');
    left.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
    for (const { file, line, text, fate } of left)
      console.log(`${fate} ${file.split('/').pop()}:${line} ${text}`);
    console.log(
      `${mutants.length} mutants: ${['killed', 'survived', 'uncovered', 'untried'].map((fate) => `${count(fate)} ${fate}`).join(', ')}; ${score} % of those tried were killed`
    );
  }
  return score >= least ? 0 : 1;
}
