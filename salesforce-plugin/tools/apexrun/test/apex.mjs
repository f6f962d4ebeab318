// Small orgs for the tests of the rules: Apex text in, what came of it out.
import { Org } from '../src/org/org.mjs';
import { readSchemas } from '../src/org/schema.mjs';
import { readPermissionSets } from '../src/org/permissions.mjs';
import { credentialMetadata } from '../src/org/credentials.mjs';
import { Platform } from '../src/platform/index.mjs';
import { Program } from '../src/run/program.mjs';
import { findTests, runTests } from '../src/run/suite.mjs';
import { Session } from '../src/run/session.mjs';
import { Frame } from '../src/run/frame.mjs';
import { execute } from '../src/run/statements.mjs';
import { parseScript } from '../src/syntax/parse.mjs';

const LEVEL = 'objects/Level__mdt/Level__mdt.object-meta.xml';

/** A project of texts: `classes` and `triggers` by name, `metadata` by path. */
export function project({ classes = {}, triggers = {}, metadata = {} } = {}) {
  const files = Object.entries(metadata).map(([path, text]) => ({
    path,
    text,
    name: path.split('/').pop()
  }));
  const ending = (end) => files.filter((file) => file.name.endsWith(end));
  const sources = (group, end) =>
    Object.entries(group).map(([name, text]) => ({ path: `${name}.${end}`, text }));
  return {
    root: '',
    schemas: readSchemas(files),
    classes: sources(classes, 'cls'),
    triggers: sources(triggers, 'trigger'),
    labels: new Map([['greeting', 'Hello']]),
    customPermissions: new Set(),
    permissionSets: readPermissionSets(ending('.permissionset-meta.xml')),
    records: Object.hasOwn(metadata, LEVEL)
      ? [{ object: 'Level__mdt', developerName: 'High', label: 'High', values: [['Step__c', '3']] }]
      : [],
    ...credentialMetadata({
      named: ending('.namedCredential-meta.xml'),
      external: ending('.externalCredential-meta.xml'),
      remote: []
    })
  };
}

/** Runs the body of one test method; answers `{outcome, message, trace}`. */
export function testBody(body, parts = {}) {
  const own = `@IsTest private class Rule { @IsTest static void holds() { ${body} } }`;
  const program = new Program(project({ ...parts, classes: { ...parts.classes, Rule: own } }));
  return runTests(program, findTests(program, { only: 'Rule' })).results[0];
}

/** Runs a script and everything it leaves behind; answers the session and the exception, if any. */
export function script(text, { callouts, ...parts } = {}) {
  const program = new Program(project(parts));
  const session = new Session({
    program,
    org: new Org(program.project),
    platform: new Platform(),
    callouts
  });
  const { problem, transaction } = session.transact({ kind: 'sync' }, () => {
    const frame = new Frame(session, { cls: null, name: 'AnonymousBlock', file: 'script' });
    session.inFrame(frame, () => execute(frame, parseScript(text, { file: 'script' })));
  });
  session.settle();
  return {
    session,
    debug: session.debugLog,
    problem: problem && session.platform.describe(session, problem).split('\n')[0],
    used: transaction.used
  };
}

const field = (name, type, more = '') =>
  `<CustomField><fullName>${name}</fullName><type>${type}</type>${more}</CustomField>`;

/** A custom object, a custom metadata type, a hierarchy setting and a platform event for the tests to use. */
export const METADATA = {
  'objects/Note__c/Note__c.object-meta.xml':
    '<CustomObject><label>Note</label><nameField><type>AutoNumber</type><displayFormat>N-{0000}</displayFormat></nameField></CustomObject>',
  'objects/Note__c/fields/Text__c.field-meta.xml': field('Text__c', 'Text', '<length>10</length>'),
  'objects/Note__c/fields/Key__c.field-meta.xml': field(
    'Key__c',
    'Text',
    '<length>10</length><unique>true</unique><externalId>true</externalId>'
  ),
  'objects/Note__c/fields/Body__c.field-meta.xml': field(
    'Body__c',
    'LongTextArea',
    '<length>1000</length>'
  ),
  'objects/Note__c/fields/Count__c.field-meta.xml': field(
    'Count__c',
    'Number',
    '<precision>4</precision><scale>0</scale>'
  ),
  'objects/Note__c/fields/State__c.field-meta.xml': field(
    'State__c',
    'Picklist',
    '<valueSet><restricted>true</restricted><valueSetDefinition><value><fullName>New</fullName><default>true</default></value><value><fullName>Old</fullName><default>false</default></value></valueSetDefinition></valueSet>'
  ),
  'objects/Switch__c/Switch__c.object-meta.xml':
    '<CustomObject><label>Switch</label><customSettingsType>Hierarchy</customSettingsType></CustomObject>',
  'objects/Switch__c/fields/On__c.field-meta.xml': field(
    'On__c',
    'Checkbox',
    '<defaultValue>false</defaultValue>'
  ),
  [LEVEL]: '<CustomObject><label>Level</label></CustomObject>',
  'objects/Level__mdt/fields/Step__c.field-meta.xml': field(
    'Step__c',
    'Number',
    '<precision>4</precision><scale>0</scale>'
  ),
  'objects/Knock__e/Knock__e.object-meta.xml':
    '<CustomObject><label>Knock</label><publishBehavior>PublishAfterCommit</publishBehavior></CustomObject>',
  'objects/Knock__e/fields/Why__c.field-meta.xml': field('Why__c', 'Text', '<length>20</length>')
};
