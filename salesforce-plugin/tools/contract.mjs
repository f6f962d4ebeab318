/**
 * The messages that Raccord and the plug-in agreed on, for Apex tests: an org cannot read the files
 * of tests/contract/webhook, so a class carries their texts. --write writes it; otherwise it is
 * compared. Where the plug-in lies apart from Raccord there is nothing to compare with.
 */
import fs from 'node:fs';
import path from 'node:path';
import { PROJECT, SOURCE, nameOf, read, report } from './sources.mjs';

const MESSAGES = path.join(PROJECT, '../tests/contract/webhook');
const CLASS = path.join(SOURCE, 'main/test/classes/RaccordContract.cls');
/** The messages that a sender like ours sends; all others are only answered. */
const SENT = ['test_message', 'one_update', 'every_kind'];

if (!fs.existsSync(MESSAGES)) {
  report([], 'no messages of Raccord beside the plug-in');
}
const messages = fs
  .readdirSync(MESSAGES)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({
    name: name.replace('.json', ''),
    ...JSON.parse(read(path.join(MESSAGES, name)))
  }));
const wanted = source();
if (process.argv.includes('--write')) {
  fs.writeFileSync(CLASS, wanted);
}
const isSame = fs.existsSync(CLASS) && read(CLASS) === wanted;
report(
  isSame ? [] : [`${nameOf(CLASS)}: not what the messages are; npm run contract writes it`],
  `${messages.length} messages agreed on`
);

function source() {
  const sent = messages.filter(({ name }) => SENT.includes(name));
  return `/**
 * Written by tools/contract.mjs from Raccord's tests/contract/webhook: do not edit.
 */
@IsTest
public class RaccordContract {
  /** The bodies that a sender sends, by the name of the file. */
  public static final Map<String, String> BODIES = new Map<String, String>{
${sent.map((each) => entry(each.name, literal(each.body))).join(',\n')}
  };

  /** The status of every answer, by the name of the file. */
  public static final Map<String, Integer> STATUSES = new Map<String, Integer>{
${messages.map((each) => entry(each.name, each.status)).join(',\n')}
  };

  /** The answers themselves, by the name of the file. */
  public static final Map<String, String> ANSWERS = new Map<String, String>{
${messages.map((each) => entry(each.name, literal(JSON.stringify(each.answer)))).join(',\n')}
  };
}
`;
}

function entry(name, value) {
  return `    ${literal(name)} => ${value}`;
}

/** Text as Apex writes it; lone halves of characters, which no file may hold, as their numbers. */
function literal(text) {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `'${escaped}'`;
}
