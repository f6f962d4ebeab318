/** Every text of the page exists, is used, and is said in French with the same places in it. */
import path from 'node:path';
import { SOURCE, files, nameOf, read, report, texts } from './sources.mjs';

const LABELS = path.join(SOURCE, 'main/default/labels/CustomLabels.labels-meta.xml');
const FRENCH = path.join(SOURCE, 'main/default/translations/fr.translation-meta.xml');

/** What Raccord's own pages call “module” has no other name here. */
const OTHER_NAMES = /extension|plug-?in|greffon/i;

const findings = [];
const english = entries(LABELS, 'labels', 'fullName', 'value');
const french = entries(FRENCH, 'customLabels', 'name', 'label');
const used = usedLabels();

for (const [name, text] of english) {
  if (!used.has(name)) {
    findings.push(`label ${name} is used nowhere`);
  }
  if (!french.has(name)) {
    findings.push(`label ${name} is not said in French`);
  } else if (places(text) !== places(french.get(name))) {
    findings.push(`label ${name} has other places in French`);
  }
}
for (const [name, text] of french) {
  if (OTHER_NAMES.test(text)) {
    findings.push(`label ${name} calls the module by another name in French`);
  }
  if (!english.has(name)) {
    findings.push(`French text for ${name}, which is no label`);
  }
}
for (const [name, file] of used) {
  if (!english.has(name)) {
    findings.push(`${nameOf(file)}: label ${name} is not there`);
  }
}
report(findings, `${english.size} labels in two languages`);

function entries(file, element, nameElement, textElement) {
  const blocks = read(file).match(new RegExp(`<${element}>[\\s\\S]*?</${element}>`, 'g')) ?? [];
  return new Map(
    blocks.map((block) => [texts(block, nameElement)[0], texts(block, textElement)[0]])
  );
}

function places(text) {
  return (text.match(/\{\d\}/g) ?? []).sort().join();
}

function usedLabels() {
  const found = new Map();
  for (const file of files('.js').filter((name) => name.includes('/lwc/'))) {
    for (const [, name] of read(file).matchAll(/@salesforce\/label\/c\.(\w+)/g)) {
      found.set(name, file);
    }
  }
  return found;
}
