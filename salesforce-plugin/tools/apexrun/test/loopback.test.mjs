// What is checked and added before a callout leaves for this machine.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { Loopback } from '../src/org/callouts.mjs';
import { script } from './apex.mjs';

const parameter = (type, name, value) =>
  `<externalCredentialParameters><parameterType>${type}</parameterType><parameterName>${name}</parameterName><parameterValue>${value}</parameterValue></externalCredentialParameters>`;
const metadata = {
  'namedCredentials/There.namedCredential-meta.xml': `<NamedCredential><namedCredentialParameters><parameterType>Url</parameterType><parameterValue>https://there.invalid</parameterValue></namedCredentialParameters>
    <namedCredentialParameters><parameterType>Authentication</parameterType><externalCredential>Signed</externalCredential></namedCredentialParameters></NamedCredential>`,
  'externalCredentials/Signed.externalCredential-meta.xml': `<ExternalCredential><authenticationProtocol>Custom</authenticationProtocol>${parameter('NamedPrincipal', 'Main', '')}
    ${parameter('AuthHeader', 'X-Sign', "{!'v1=' &amp; HEX(HMAC('SHA-256', $Credential.Signed.Body, BLOB($Credential.Signed.Key)))}")}</ExternalCredential>`,
  'permissionsets/Caller.permissionset-meta.xml': `<PermissionSet><label>Caller</label><externalCredentialPrincipalAccesses><enabled>true</enabled>
    <externalCredentialPrincipal>Signed-Main</externalCredentialPrincipal></externalCredentialPrincipalAccesses></PermissionSet>`
};
const ALLOW =
  "insert new PermissionSetAssignment(AssigneeId = UserInfo.getUserId(), PermissionSetId = [SELECT Id FROM PermissionSet WHERE Name = 'Caller'].Id);";

const state = (endpoint, body = '') => ({
  endpoint,
  headers: new Map([['A', '1']]),
  bytes: Buffer.from(body)
});
const loopback = new Loopback({ base: 'http://127.0.0.1:1/base/', secrets: { Key: 'k' } });

function problemOf(work) {
  try {
    work();
  } catch (problem) {
    return `${problem.value.type}: ${problem.value.message}`;
  }
  return null;
}

test('a user without the right to the principal cannot call (External Credentials, principal access)', () => {
  const { session } = script('', { metadata });
  assert.match(
    problemOf(() => loopback.route(session, state('callout:There/x'))),
    /CalloutException: We couldn't access the credential/
  );
});

test('a user with it calls, signed over the very bytes of the body', () => {
  const { session } = script(ALLOW, { metadata });
  const { url, headers } = loopback.route(session, state('callout:There/x', '{"é":1}'));
  assert.equal(url, 'http://127.0.0.1:1/base/x');
  assert.deepEqual(headers, [
    ['A', '1'],
    ['X-Sign', `v1=${createHmac('sha256', 'k').update('{"é":1}').digest('hex')}`]
  ]);
});

test('an unknown credential and a plain address are refused', () => {
  const { session } = script(ALLOW, { metadata });
  assert.match(
    problemOf(() => loopback.route(session, state('callout:Nowhere'))),
    /the named credential "Nowhere" might not exist/
  );
  assert.match(
    problemOf(() => loopback.route(session, state('https://there.invalid'))),
    /Unauthorized endpoint/
  );
});

test('callouts of one transaction wait 120 seconds in all', () => {
  const { session } = script(ALLOW, { metadata });
  session.transaction.calloutMs = 120000;
  assert.match(
    problemOf(() => loopback.answer(session, { ...state('callout:There'), timeout: 1000 })),
    /Exceeded maximum time allotted/
  );
});
