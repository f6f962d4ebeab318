// What every script here begins and ends with: who it is to be, and saying in JSON what it saw.

import jsforce from 'jsforce';

export const settings = JSON.parse(process.env.SIMULATED_ORG);
export const { url, token } = settings;

/** A connection that has a session already. */
export function connected(options = {}) {
  return new jsforce.Connection({ instanceUrl: url, accessToken: token, version: '62.0', ...options });
}

/** Print what the script saw, for the test to judge; a failure it did not expect is its end. */
export async function tell(see) {
  console.log(JSON.stringify(await see()));
}

/** The error that a promise ends with, as the test can read it. */
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return { name: error.name, code: error.errorCode ?? null, message: error.message };
  }
  return null;
}

export async function all(stream) {
  const records = [];
  for await (const record of stream) records.push(record);
  return records;
}
