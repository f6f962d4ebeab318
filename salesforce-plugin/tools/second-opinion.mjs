/**
 * A second opinion on the Apex tests: runs them by another interpreter, a prototype that may lie
 * beside the checkout (second-opinion/prototype.mjs says where). Where it lies elsewhere or not at
 * all, one line says that this was left out.
 *
 *     node tools/second-opinion.mjs
 *     node tools/second-opinion.mjs --script load.apex --callout http://127.0.0.1:8000/address
 *
 * The second form runs a script whose callouts really leave, and ends with 3 where there is no
 * prototype.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LACKS, TESTS } from './second-opinion/lacks.mjs';
import { whyNot, withPrototype } from './second-opinion/prototype.mjs';
import { PROJECT, component, files, read, report } from './sources.mjs';

const PROOFS = 'SecondOpinionProofs';

const { values } = parseArgs({
  options: { script: { type: 'string' }, callout: { type: 'string' } }
});
const obstacle = whyNot();
if (obstacle) {
  console.log(`left out: ${obstacle}`);
  process.exit(values.script ? 3 : 0);
}
if (values.script) {
  process.exit(withPrototype(playScript));
}
withPrototype(askForAnOpinion);

function playScript(run) {
  const options = ['--anon', path.resolve(values.script)];
  const { status, output } = run(options, { APEX_CALLOUT: values.callout });
  console.log(output);
  return status;
}

function askForAnOpinion(run, folder) {
  const proofs = Object.entries(LACKS).map(([lack, body], at) => ({
    lack,
    body,
    name: `proof${at}`
  }));
  fs.writeFileSync(path.join(folder, 'force-app', `${PROOFS}.cls`), proofClass(proofs));
  const findings = wrongProofs(folder);

  const { output } = run([]);
  const fates = fatesIn(output);
  const lacking = new Set(
    proofs.filter(({ name }) => fates.get(`${PROOFS}.${name}`) !== 'ok').map(({ lack }) => lack)
  );
  const tests = ourTests();
  const judged = tests.map((test) => ({ test, ...judge(test, fates.get(test), lacking) }));
  findings.push(...judged.map(({ finding }) => finding).filter(Boolean), ...strangers(tests));
  if (findings.length === tests.length) {
    findings.push(output);
  }
  const count = (fate) => judged.filter((one) => one.fate === fate).length;
  judged.filter(({ note }) => note).forEach(({ note }) => console.log(note));
  report(
    findings,
    `${count('ok')} of ${tests.length} tests pass by the prototype as well; ` +
      `${count('lacking')} need what it lacks: ${[...lacking].join(', ')}`
  );
}

function proofClass(proofs) {
  const methods = proofs.map(
    ({ name, body }) => `  @IsTest static void ${name}() {\n    ${body}\n  }`
  );
  return `@IsTest\nprivate class ${PROOFS} {\n${methods.join('\n')}\n}\n`;
}

/** A proof that our own interpreter does not pass proves nothing. */
function wrongProofs(folder) {
  const own = path.join(PROJECT, 'tools/apexrun/run.mjs');
  const options = ['--project', path.join(folder, 'force-app'), '--only', PROOFS];
  const done = spawnSync(process.execPath, [own, ...options], { encoding: 'utf8' });
  return done.status === 0
    ? []
    : [`proofs of ${PROOFS} that do not hold:\n${done.stdout}${done.stderr}`];
}

/** "ok" or what went wrong, by the name of the test. */
function fatesIn(output) {
  const lines = output.matchAll(/^(ok|FAIL) +(\w+\.\w+)(?:: (.*))?/gm);
  return new Map([...lines].map(([, fate, test, words]) => [test, fate === 'ok' ? 'ok' : words]));
}

function ourTests() {
  return files('.cls').flatMap((file) =>
    [...read(file).matchAll(/@IsTest\s+static void (\w+)\(/g)].map(
      ([, method]) => `${component(file)}.${method}`
    )
  );
}

/** What is to be said of a test: nothing, a note, or a finding. */
function judge(test, fate, lacking) {
  const needed = lacksOf(test);
  const met = needed.filter((lack) => lacking.has(lack));
  if (fate === 'ok') {
    const note = met.length ? `${test} passes there: take it off the list` : null;
    return { fate, note };
  }
  if (fate === undefined) {
    return { fate: 'missing', finding: `${test}: the prototype did not run it` };
  }
  return met.length ? { fate: 'lacking' } : { fate: 'failed', finding: `${test}: ${fate}` };
}

function lacksOf(test) {
  const [group, method] = test.split('.');
  return TESTS[group]?.[method] ?? [];
}

/** What the list names and is not there. */
function strangers(tests) {
  const listed = Object.entries(TESTS).flatMap(([group, methods]) =>
    Object.entries(methods).flatMap(([method, lacks]) => [
      ...(tests.includes(`${group}.${method}`) ? [] : [`${group}.${method}: no such test`]),
      ...lacks.filter((lack) => !LACKS[lack]).map((lack) => `${lack}: no such lack`)
    ])
  );
  return [...new Set(listed)];
}
