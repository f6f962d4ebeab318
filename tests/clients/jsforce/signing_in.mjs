// Every way that jsforce signs in.

import { createSign } from 'node:crypto';
import jsforce from 'jsforce';
import { connected, refusal, settings, tell, url } from './org.mjs';

const { username, password, app } = settings;
const oauth2 = { loginUrl: url, redirectUri: app.redirectUri, ...app };

await tell(async () => ({
  soap: await bySoap(),
  wrongSoap: await refusal(new jsforce.Connection({ loginUrl: url }).login(username, 'wrong')),
  password: await new jsforce.Connection({ oauth2 }).login(username, password),
  code: await byCode(),
  clientCredentials: await authorized({ grant_type: 'client_credentials' }),
  jwt: await authorized({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: assertion(),
  }),
  wrongToken: await refusal(connected({ accessToken: '00D!wrong' }).query('SELECT Id FROM Contact')),
}));

async function bySoap() {
  const conn = new jsforce.Connection({ loginUrl: url });
  const user = await conn.login(username, password);
  return { user, instanceUrl: conn.instanceUrl, identity: await conn.identity() };
}

/** Through the browser: consent is given at once, since the app of the seed says so. */
async function byCode() {
  const conn = new jsforce.Connection({ oauth2: { ...oauth2, useVerifier: true } });
  const address = conn.oauth2.getAuthorizationUrl({ scope: 'api refresh_token', login_hint: username });
  const answer = await fetch(address, { redirect: 'manual' });
  const code = new URL(answer.headers.get('location')).searchParams.get('code');
  await conn.authorize(code);
  // A session that ended is renewed by the refresh token, without the caller's notice.
  const first = conn.accessToken;
  await fetch(`${url}/simulator/sessions/expire`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  await conn.describeGlobal();
  return { user: (await conn.identity()).username, renewed: conn.accessToken !== first };
}

async function authorized(wish) {
  const conn = new jsforce.Connection({ oauth2 });
  await conn.authorize(wish);
  return (await conn.identity()).username;
}

function assertion() {
  const claims = { iss: app.clientId, sub: username, aud: url, exp: Math.floor(Date.now() / 1000) + 180 };
  const parts = [{ alg: 'RS256' }, claims].map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'));
  const signature = createSign('RSA-SHA256').update(parts.join('.')).sign(settings.key, 'base64url');
  return [...parts, signature].join('.');
}
