/**
 * What the compiler does not look at: the fields in queries, and the names by which one file of
 * metadata speaks of another.
 */
import fs from 'node:fs';
import path from 'node:path';
import { all, line, parse, text } from './apex.mjs';
import { ALWAYS, STANDARD } from './standard-fields.mjs';
import { PROJECT, component, files, nameOf, read, report, texts } from './sources.mjs';

const findings = [];
const fieldsOf = schema();
const apex = files('.cls', '.trigger');
const permissions = names('.customPermission-meta.xml');
const credentials = names('.namedCredential-meta.xml');
const externals = names('.externalCredential-meta.xml');

apex.forEach(checkApex);
files('.permissionset-meta.xml').forEach(checkPermissionSet);
checkNames('.namedCredential-meta.xml', 'externalCredential', externals);
checkNames('.tab-meta.xml', 'lwcComponent', bundles());
checkNames('.app-meta.xml', 'tabs', names('.tab-meta.xml'));
checkPairs();
checkImports();
checkPromises();
report(findings, `${fieldsOf.size} objects, ${apex.length} Apex files: every name leads somewhere`);

function schema() {
  const objects = new Map(
    Object.entries(STANDARD).map(([name, fields]) => [name.toLowerCase(), lower(fields)])
  );
  for (const file of files('.object-meta.xml')) {
    objects.set(component(file).toLowerCase(), lower(ALWAYS));
  }
  for (const file of files('.field-meta.xml')) {
    const object = path.basename(path.dirname(path.dirname(file))).toLowerCase();
    objects.get(object)?.add(component(file).toLowerCase()) ??
      findings.push(`${nameOf(file)}: field of an object that is not there`);
  }
  return objects;
}

function lower(list) {
  return new Set(list.map((name) => name.toLowerCase()));
}

function names(ending) {
  return new Set(files(ending).map(component));
}

function bundles() {
  return new Set(files('.js-meta.xml').map(component));
}

function checkApex(file) {
  const tree = parse(file);
  const say = (node, message) => findings.push(`${nameOf(file)}:${line(node)}: ${message}`);
  all(tree, 'Query').forEach((query) => checkQuery(query, say));
  for (const literal of all(tree, 'LiteralPrimary').map((node) => [node, text(node)])) {
    const [node, value] = literal;
    const callout = value.match(/^'callout:(\w+)/)?.[1];
    if (callout && !credentials.has(callout)) {
      say(node, `named credential ${callout} is not there`);
    }
  }
  for (const call of all(tree, 'DotExpression')) {
    const permission = text(call).match(/^FeatureManagement\.checkPermission\('(\w+)'\)/)?.[1];
    if (permission && !permissions.has(permission)) {
      say(call, `custom permission ${permission} is not there`);
    }
  }
}

function checkQuery(query, say) {
  const object = text(query.fromNameList().fieldName(0));
  if (!fieldsOf.has(object.toLowerCase())) {
    say(query, `object ${object} is not there`);
    return;
  }
  const parts = [query.selectList(), query.whereClause(), query.orderByClause()].filter(Boolean);
  for (const field of parts.flatMap((part) => all(part, 'FieldName'))) {
    checkPath(object, text(field), (message) => say(field, message));
  }
}

/** A path leads over objects that are named like the relation, as all of ours do. */
function checkPath(object, fieldPath, say) {
  const [first, ...rest] = fieldPath.split('.');
  if (!fieldsOf.get(object.toLowerCase())?.has(first.toLowerCase())) {
    say(`${object} has no field ${first}`);
  } else if (rest.length) {
    checkPath(first, rest.join('.'), say);
  }
}

function checkPermissionSet(file) {
  const xml = read(file);
  const say = (message) => findings.push(`${nameOf(file)}: ${message}`);
  const classes = names('.cls');
  texts(xml, 'apexClass')
    .filter((name) => !classes.has(name))
    .forEach((name) => say(`class ${name} is not there`));
  texts(xml, 'name')
    .filter((name) => !permissions.has(name))
    .forEach((name) => say(`custom permission ${name} is not there`));
  texts(xml, 'object')
    .filter((name) => !fieldsOf.has(name.toLowerCase()))
    .forEach((name) => say(`object ${name} is not there`));
  texts(xml, 'field').forEach((name) => checkPath(...name.split('.'), say));
  texts(xml, 'externalCredentialPrincipal')
    .filter((name) => !externals.has(name.split('-')[0]))
    .forEach((name) => say(`external credential ${name} is not there`));
}

function checkNames(ending, element, known) {
  for (const file of files(ending)) {
    texts(read(file), element)
      .filter((name) => !known.has(name))
      .forEach((name) => findings.push(`${nameOf(file)}: ${element} ${name} is not there`));
  }
}

/** A class or trigger is two files, and both have the one API version. */
function checkPairs() {
  const there = new Set(files(''));
  for (const file of files('.cls', '.trigger').filter((name) => !there.has(`${name}-meta.xml`))) {
    findings.push(`${nameOf(file)}: no -meta.xml beside it`);
  }
  for (const file of files('.cls-meta.xml', '.trigger-meta.xml', '.js-meta.xml')) {
    if (!file.includes('/lwc/') && !there.has(file.replace('-meta.xml', ''))) {
      findings.push(`${nameOf(file)}: no source beside it`);
    }
    texts(read(file), 'apiVersion')
      .filter((version) => version !== '65.0')
      .forEach((version) => findings.push(`${nameOf(file)}: API ${version} instead of 65.0`));
  }
}

/** What the page imports from Apex is there, and open to pages. */
function checkImports() {
  const classes = new Map(apex.map((file) => [component(file), read(file)]));
  for (const file of files('.js').filter((name) => name.includes('/lwc/'))) {
    for (const [, name, method] of read(file).matchAll(/@salesforce\/apex\/(\w+)\.(\w+)/g)) {
      const declared = new RegExp(`@AuraEnabled[^;{}]*?\\bstatic\\s+[\\w<>, ]+\\s${method}\\s*\\(`);
      if (!declared.test(classes.get(name) ?? '')) {
        findings.push(`${nameOf(file)}: no @AuraEnabled ${name}.${method}`);
      }
    }
  }
}

/** PROMISES.md names classes, their tests, and files, all of which are there. */
function checkPromises() {
  const classes = new Map(apex.map((file) => [component(file), read(file)]));
  for (const [, name] of read(path.join(PROJECT, 'PROMISES.md')).matchAll(/`([^`]+)`/g)) {
    if (name.includes('/')) {
      const isThere = [PROJECT, path.dirname(PROJECT)].some((folder) =>
        fs.existsSync(path.join(folder, name))
      );
      if (!isThere) {
        findings.push(`PROMISES.md: ${name} is not there`);
      }
      continue;
    }
    const [owner, method] = name.split('.');
    const isTest = new RegExp(`@IsTest\\s+static void ${method}\\(`);
    if (!classes.has(owner) || (method && !isTest.test(classes.get(owner)))) {
      findings.push(`PROMISES.md: ${name} is not there`);
    }
  }
}
