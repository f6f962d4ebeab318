/**
 * Every class says whether sharing holds, every query and every write says in whose rights it is
 * done: so the plug-in does the same at API 67 and later, where the defaults differ. Every entry asks
 * for a permission, and no code knows the key that messages are signed with.
 */
import { all, line, parse, text } from './apex.mjs';
import { files, nameOf, report } from './sources.mjs';

const WRITES = [
  'InsertStatement',
  'UpdateStatement',
  'UpsertStatement',
  'DeleteStatement',
  'UndeleteStatement'
];
const DATABASE = /^Database\.(insert|update|upsert|delete|undelete|merge)\(/i;

const ENTRY = /^@(AuraEnabled|Http[A-Z]\w+)/i;
const ASKS = /\b(demandPermission|isAllowed)\(\)/;
const KEY = /SigningKey|\bCrypto\./i;

const findings = [];
const sources = files('.cls', '.trigger');
sources.forEach(check);
report(findings, `${sources.length} files say in whose rights they work`);

function check(file) {
  const tree = parse(file);
  const say = (node, message) => findings.push(`${nameOf(file)}:${line(node)}: ${message}`);

  for (const query of all(tree, 'Query')) {
    if (!/WITH(SYSTEM|USER)_MODE/i.test(text(query))) {
      say(query, 'query without WITH SYSTEM_MODE or USER_MODE');
    }
  }
  for (const write of WRITES.flatMap((wanted) => all(tree, wanted))) {
    if (!/^[a-z]+as(system|user)/i.test(text(write))) {
      say(write, 'write without "as system" or "as user"');
    }
  }
  for (const call of all(tree, 'DotExpression')) {
    if (DATABASE.test(text(call)) && !text(call).includes('AccessLevel.')) {
      say(call, 'write without an AccessLevel');
    }
  }
  for (const member of all(tree, 'ClassBodyDeclaration')) {
    if (ENTRY.test(text(member)) && !ASKS.test(text(member))) {
      say(member, 'entry that asks for no permission');
    }
  }
  for (const literal of [...all(tree, 'LiteralPrimary'), ...all(tree, 'DotExpression')]) {
    if (KEY.test(text(literal))) {
      say(literal, 'code that deals with the signing key');
    }
  }
  for (const type of all(tree, 'TypeDeclaration')) {
    const isTest = /^(@\w+(\([^)]*\))?)*@istest/i.test(text(type));
    if (
      type.classDeclaration() &&
      !isTest &&
      !/(with|without|inherited)sharing/i.test(head(type))
    ) {
      say(type, 'class without with, without or inherited sharing');
    }
  }
}

function head(type) {
  return text(type).split('{')[0];
}
