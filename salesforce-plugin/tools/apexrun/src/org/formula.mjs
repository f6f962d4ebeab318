// Formulas in the headers of external credentials: text, `&`, $Credential fields, HEX, BASE64ENCODE, BLOB, HASH, HMAC
// (Salesforce Help, "Custom Headers and Bodies of HTTP Callouts": functions and `$Credential.<name>.<field>`).
import { createHash, createHmac } from 'node:crypto';

import { Gap } from '../problems.mjs';

/** A header's value: plain text, with each `{!...}` worked out. `values` maps "credential.field" in lower case to text. */
export function evaluateFormula(text, values) {
  return text.replace(/\{!([^}]*)\}/g, (_, formula) => {
    const reader = { tokens: tokens(formula), place: 0, values };
    const value = concatenation(reader);
    if (reader.place < reader.tokens.length) throw new Gap(`the formula ${formula}`);
    return asText(value);
  });
}

function tokens(formula) {
  const found =
    formula.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\$?[A-Za-z_][\w.]*|[&(),]|\S/g) ?? [];
  return found;
}

function concatenation(reader) {
  let value = operand(reader);
  while (reader.tokens[reader.place] === '&') {
    reader.place += 1;
    value = asText(value) + asText(operand(reader));
  }
  return value;
}

function operand(reader) {
  const token = reader.tokens[reader.place];
  reader.place += 1;
  if (/^['"]/.test(token ?? '')) return token.slice(1, -1).replace(/\\(.)/g, '$1');
  if (/^\$Credential\./i.test(token ?? '')) return credentialField(token, reader.values);
  const compute = FUNCTIONS[token?.toUpperCase()];
  if (!compute || reader.tokens[reader.place] !== '(')
    throw new Gap(`${token} in a header formula`);
  reader.place += 1;
  return compute(...parameters(reader));
}

function parameters(reader) {
  const list = [];
  while (reader.tokens[reader.place] !== ')') {
    if (reader.place >= reader.tokens.length)
      throw new Gap('a header formula without its closing bracket');
    if (reader.tokens[reader.place] === ',') reader.place += 1;
    list.push(concatenation(reader));
  }
  reader.place += 1;
  return list;
}

function credentialField(token, values) {
  const key = token.slice('$Credential.'.length).toLowerCase();
  if (!values.has(key)) throw new Gap(`the value of ${token}: give it with --secret`);
  return values.get(key);
}

const FUNCTIONS = {
  BLOB: (value) => asBytes(value),
  HEX: (value) => asBytes(value).toString('hex'),
  BASE64ENCODE: (value) => asBytes(value).toString('base64'),
  HASH: (algorithm, value) => createHash(digest(algorithm)).update(asBytes(value)).digest(),
  HMAC: (algorithm, value, key) =>
    createHmac(digest(algorithm), asBytes(key)).update(asBytes(value)).digest()
};

function digest(algorithm) {
  if (asText(algorithm).toUpperCase() !== 'SHA-256')
    throw new Gap(`the algorithm ${algorithm} in a header formula`);
  return 'sha256';
}

function asBytes(value) {
  return Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf8');
}

function asText(value) {
  return Buffer.isBuffer(value) ? value.toString('utf8') : value;
}
