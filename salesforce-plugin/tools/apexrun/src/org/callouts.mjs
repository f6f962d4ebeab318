// HTTP callouts: the rules before any request leaves, then a mock of the test or a real request to this machine.
import { Worker, MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

import { Gap } from '../problems.mjs';
import { credentialHeaders } from './credentials.mjs';

// "The cumulative timeout for callouts by a single Apex transaction" (Apex Developer Guide, "Execution Governors and Limits").
const CUMULATIVE_MS = 120000;

/** Checks what the platform checks, then answers the request. */
export function send(machine, request) {
  const { transaction } = machine;
  transaction.charge(machine, 'callouts');
  const refusal = refusalOf(machine);
  if (refusal) machine.raise('System.CalloutException', refusal);
  if (!request.state.endpoint || !request.state.method) machine.nullPointer();
  return machine.callouts(machine, request.state);
}

/** Why no callout may leave now; null if one may. */
function refusalOf(machine) {
  const { transaction } = machine;
  const { job } = transaction;
  if (transaction.uncommitted)
    return 'You have uncommitted work pending. Please commit or rollback before calling out';
  if (machine.triggerContext) return 'Callout from triggers are currently not supported.';
  if (transaction.kind === 'scheduled') return 'Callout from scheduled Apex not supported.';
  const allowed =
    transaction.kind === 'queueable'
      ? job.instance.cls.platformTypes.has('database.allowscallouts')
      : job?.callouts;
  const needsPermission = transaction.kind === 'queueable' || transaction.kind === 'future';
  return needsPermission && !allowed
    ? 'Callout not allowed from this queueable or future method. Please enable callout by implementing Database.AllowsCallouts'
    : null;
}

/** In a test without a mock the platform refuses every callout. */
export function noCallouts(machine) {
  return machine.raise(
    'System.TypeException',
    'Methods defined as TestMethod do not support Web service callouts'
  );
}

/** Callouts that really leave, to `base` on this machine, with the headers that the named credential adds. */
export class Loopback {
  constructor({ base, secrets = {}, log = [] }) {
    this.base = base.replace(/\/$/, '');
    this.secrets = secrets;
    this.log = log;
  }

  answer(machine, state) {
    const { url, headers } = this.route(machine, state);
    const left = CUMULATIVE_MS - machine.transaction.calloutMs;
    if (left <= 0)
      machine.raise(
        'System.CalloutException',
        'Exceeded maximum time allotted for callouts (120000 ms)'
      );
    const begun = Date.now();
    const response = exchange({
      url,
      method: state.method,
      headers,
      body: state.bytes ? [...state.bytes] : null,
      timeout: Math.min(state.timeout, left)
    });
    machine.transaction.calloutMs += Date.now() - begun;
    this.log.push({
      url,
      status: response.status ?? null,
      error: response.error ?? null,
      sent: state.bytes?.length ?? 0
    });
    if (response.error === 'timeout') machine.raise('System.CalloutException', 'Read timed out');
    if (response.error) machine.raise('System.CalloutException', response.error);
    return response;
  }

  /** `callout:Name/path` becomes an address under `base`; the credential must exist and be open to this user. */
  route(machine, state) {
    const { namedCredentials, externalCredentials } = machine.org.project;
    const [, name, path] = /^callout:(\w+)(.*)$/i.exec(state.endpoint) ?? [];
    if (!name)
      machine.raise(
        'System.CalloutException',
        `Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = ${state.endpoint}`
      );
    const named = find(namedCredentials, name);
    if (!named)
      machine.raise(
        'System.CalloutException',
        `The callout couldn't access the endpoint. You might not have the required permissions, or the named credential "${name}" might not exist.`
      );
    const headers = new Map(state.headers);
    const externalName = named.externalCredential;
    const external = externalName && find(externalCredentials, externalName);
    if (external) {
      this.checkPrincipal(machine, name, externalName, external);
      const body = Buffer.from(state.bytes ?? []).toString('utf8');
      for (const [key, value] of credentialHeaders(external, {
        name: externalName,
        body,
        secrets: this.secrets
      }))
        headers.set(key, value);
    }
    return { url: joined(this.base, path), headers: [...headers] };
  }

  checkPrincipal(machine, name, externalName, external) {
    const rights = machine.org.rightsOf(machine.userId);
    if (
      external.principals.some((principal) => rights.hasPrincipal(`${externalName}-${principal}`))
    )
      return;
    machine.raise(
      'System.CalloutException',
      `We couldn't access the credential(s). You might not have the required permissions, or the external credential "${externalName}" might not exist.`
    );
  }
}

function find(map, name) {
  const key = [...map.keys()].find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? null : map.get(key);
}

/** A path of "/" or nothing leaves the base as it is, so that the base may itself end in the receiver's path. */
function joined(base, path) {
  return path === '' ? base : `${base}${path.startsWith('/') ? path : `/${path}`}`;
}

let worker = null;

/** One HTTP request, waited for: Apex is synchronous, so a second thread talks to the network while this one sleeps. */
function exchange(request) {
  worker ??= new Worker(new URL('./http_worker.mjs', import.meta.url)).on('error', (problem) => {
    throw new Gap(`the network: ${problem.message}`);
  });
  worker.unref();
  const { port1, port2 } = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  worker.postMessage({ request, flag, port: port2 }, [port2]);
  Atomics.wait(flag, 0, 0, request.timeout + 5000);
  const answer = receiveMessageOnPort(port1)?.message ?? { error: 'timeout' };
  port1.close();
  return answer;
}
