// Named and external credentials, and the headers that a callout through them carries.
import { evaluateFormula } from './formula.mjs';
import { childrenOf, parseXml, textOf } from './xml.mjs';

/** `{namedCredentials, externalCredentials, remoteSites}` from the project's metadata, by name. */
export function credentialMetadata({ named, external, remote }) {
  const read = (files, build) =>
    new Map(
      files.map((file) => [
        file.name.split('.')[0],
        build(parseXml(file.text, { file: file.path }))
      ])
    );
  return {
    namedCredentials: read(named, namedCredential),
    externalCredentials: read(external, externalCredential),
    remoteSites: [...read(remote, (xml) => textOf(xml, 'url')).values()]
  };
}

function namedCredential(xml) {
  const parameters = childrenOf(xml, 'namedCredentialParameters');
  const valued = (type, tag) =>
    parameters
      .filter((one) => textOf(one, 'parameterType') === type)
      .map((one) => textOf(one, tag))[0] ?? null;
  return {
    url: valued('Url', 'parameterValue'),
    externalCredential: valued('Authentication', 'externalCredential'),
    allowFormulasInBody: textOf(xml, 'allowMergeFieldsInBody') === 'true',
    allowFormulasInHeader: textOf(xml, 'allowMergeFieldsInHeader') === 'true',
    generateAuthorization: textOf(xml, 'generateAuthorizationHeader') !== 'false'
  };
}

function externalCredential(xml) {
  const parameters = childrenOf(xml, 'externalCredentialParameters').map((one) => ({
    type: textOf(one, 'parameterType'),
    name: textOf(one, 'parameterName'),
    value: textOf(one, 'parameterValue')
  }));
  return {
    protocol: textOf(xml, 'authenticationProtocol'),
    principals: parameters.filter((one) => one.type.endsWith('Principal')).map((one) => one.name),
    headers: parameters.filter((one) => one.type === 'AuthHeader')
  };
}

/** The headers that the platform adds, each formula worked out over `body` and the principal's `secrets`. */
export function credentialHeaders(credential, { name, body, secrets }) {
  const values = new Map([[`${name}.Body`.toLowerCase(), body]]);
  for (const [key, value] of Object.entries(secrets))
    values.set(`${name}.${key}`.toLowerCase(), value);
  return credential.headers.map((header) => [header.name, evaluateFormula(header.value, values)]);
}
