// `run.mjs --anonymous …`: scripts one after another on one org, with callouts that really leave for this machine.
import { readFileSync } from 'node:fs';

import { Loopback } from '../org/callouts.mjs';
import { Org } from '../org/org.mjs';
import { Platform } from '../platform/index.mjs';
import { newResponse } from '../platform/http.mjs';
import { Frame } from '../run/frame.mjs';
import { Session } from '../run/session.mjs';
import { execute } from '../run/statements.mjs';
import { parseScript } from '../syntax/parse.mjs';

const MINUTE = 60000;

/** Runs the steps in order; after each, all jobs and events that are due. Exit code 1 if a script failed. */
export function runScripts(
  program,
  steps,
  { callout = null, secret = [], json = false, 'run-events-as': eventUser = null }
) {
  const platform = new Platform();
  const org = new Org(program.project);
  const loopback = callout
    ? new Loopback({ base: callout, secrets: Object.fromEntries(secret.map(pair)) })
    : null;
  const session = new Session({
    program,
    org,
    platform,
    callouts: loopback ? answering(loopback) : refusing
  });
  if (eventUser) seatEventUser(session, eventUser);
  const failures = [];
  for (const step of steps) {
    if (step.kind === 'advance') pass(session, Number(step.value));
    else failures.push(...runScript(session, step.value));
    session.settle();
  }
  report(session, { failures, callouts: loopback?.log ?? [], json });
  return failures.length ? 1 : 0;
}

/** Lets minutes pass, one after another, so that what falls due on the way runs at its time. */
function pass(session, minutes) {
  for (let minute = 0; minute < minutes; minute += 1) {
    session.org.advance(MINUTE);
    session.settle();
  }
}

function pair(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--secret takes Name=value, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

const answering = (loopback) => (machine, state) => newResponse(loopback.answer(machine, state));

function refusing(machine) {
  return machine.raise('System.CalloutException', 'No endpoint: run with --callout');
}

/**
 * Event triggers run as a user who holds a permission set, as PlatformEventSubscriberConfig arranges in an org.
 * That user exists only here: the configuration names a user of the org and cannot be packaged.
 */
function seatEventUser({ org, events }, permissionSetName) {
  const schema = org.schema('PermissionSet');
  const set = org.store.rows(schema).find((row) => row.get('name') === permissionSetName);
  if (!set) throw new Error(`There is no permission set ${permissionSetName}.`);
  const profile = org.store
    .rows(org.schema('Profile'))
    .find((row) => row.get('name') === 'Minimum Access - Salesforce');
  const userId = org.seed('User', {
    Username: 'integration@apexrun.example',
    LastName: 'Integration',
    Name: 'Integration',
    Alias: 'integr',
    ProfileId: profile.get('id'),
    IsActive: true,
    UserType: 'Standard'
  });
  org.seed('PermissionSetAssignment', { AssigneeId: userId, PermissionSetId: set.get('id') });
  for (const one of org.schemas.values())
    if (one.isEvent) events.subscribers.set(one.name.toLowerCase(), userId);
}

function runScript(session, path) {
  const block = parseScript(readFileSync(path, 'utf8'), { file: path });
  const { problem } = session.transact({ kind: 'sync' }, () => {
    const frame = new Frame(session, { cls: null, name: 'AnonymousBlock', file: path });
    session.inFrame(frame, () => execute(frame, block));
  });
  return problem ? [{ script: path, problem: session.platform.describe(session, problem) }] : [];
}

function report(session, { failures, callouts, json }) {
  const jobs = session.failures.map(({ job, problem }) => ({
    job,
    problem: session.platform.describe(session, problem)
  }));
  const result = { failures, jobs, callouts, debug: session.debugLog };
  if (json) {
    console.log(JSON.stringify(result, null, 1));
    return;
  }
  for (const { script, problem } of failures) console.log(`FAILED ${script}: ${problem}`);
  for (const { job, problem } of jobs) console.log(`JOB FAILED ${job}: ${problem}`);
  for (const { status, error, sent } of callouts)
    console.log(`POST ${sent} bytes: ${status ?? error}`);
  for (const line of session.debugLog) console.log(`DEBUG ${line}`);
}
