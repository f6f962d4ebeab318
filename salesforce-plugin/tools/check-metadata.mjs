/**
 * Metadata, element by element, against the types that the vendor makes from the description of its
 * Metadata API: unknown and missing elements, values that are none of those allowed.
 */
import path from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import ts from 'typescript';
import { PROJECT, files, nameOf, read, report } from './sources.mjs';

const NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
const declarations = path.join(PROJECT, 'node_modules/@salesforce/types/lib/metadata.d.ts');
const program = ts.createProgram([declarations], { strict: true });
const checker = program.getTypeChecker();
const types = knownTypes();
const parser = new XMLParser({ parseTagValue: false, ignoreDeclaration: true });
const findings = [];

const sources = files('-meta.xml');
sources.forEach(checkFile);
report(findings, `${sources.length} files of metadata, ${types.size} types known`);

function knownTypes() {
  const found = new Map();
  ts.forEachChild(program.getSourceFile(declarations), (node) => {
    if (ts.isTypeAliasDeclaration(node)) {
      found.set(node.name.text, checker.getTypeAtLocation(node));
    }
  });
  return found;
}

function checkFile(file) {
  const xml = read(file);
  const say = (place, message) => findings.push(`${nameOf(file)}: ${place}: ${message}`);
  const validity = XMLValidator.validate(xml);
  if (validity !== true) {
    say('XML', validity.err.msg);
    return;
  }
  const [[root, content]] = Object.entries(parser.parse(xml));
  if (!types.has(root)) {
    say(root, 'no type of metadata');
  } else if (!xml.includes(NAMESPACE)) {
    say(root, 'the namespace is missing');
  } else {
    checkValue(content, types.get(root), root, say);
  }
}

function checkValue(value, type, place, say) {
  const options = withoutEmpty(type);
  const words = options.filter((option) => option.isStringLiteral());
  if (words.length && words.length === options.length) {
    if (!words.some((word) => word.value === value)) {
      say(place, `"${value}" is none of the values allowed`);
    }
    return;
  }
  const [only] = options;
  if (options.every((option) => option.flags & ts.TypeFlags.BooleanLike)) {
    if (!['true', 'false'].includes(value)) {
      say(place, `"${value}" is neither true nor false`);
    }
  } else if (only.flags & ts.TypeFlags.NumberLike) {
    if (value === '' || Number.isNaN(Number(value))) {
      say(place, `"${value}" is no number`);
    }
  } else if (only.flags & ts.TypeFlags.StringLike) {
    if (typeof value === 'object') {
      say(place, 'holds elements where text belongs');
    }
  } else if (checker.isArrayType(only)) {
    const [element] = checker.getTypeArguments(only);
    [value].flat().forEach((each, i) => checkValue(each, element, `${place}[${i}]`, say));
  } else {
    checkElements(value, only, place, say);
  }
}

function checkElements(value, type, place, say) {
  if (typeof value !== 'object' && value !== '') {
    say(place, 'holds text where elements belong');
    return;
  }
  const known = new Map(checker.getPropertiesOfType(type).map((each) => [each.name, each]));
  for (const [name, content] of Object.entries(value)) {
    const property = known.get(name);
    if (!property) {
      say(`${place}.${name}`, 'unknown element');
    } else if (Array.isArray(content) && !isList(property)) {
      say(`${place}.${name}`, 'more than once');
    } else {
      checkValue(content, checker.getTypeOfSymbol(property), `${place}.${name}`, say);
    }
  }
  for (const [name, property] of known) {
    const isOptional = property.flags & ts.SymbolFlags.Optional || isList(property);
    if (!isOptional && !['fullName', '$'].includes(name) && !(name in Object(value))) {
      say(`${place}.${name}`, 'missing');
    }
  }
}

function isList(property) {
  return withoutEmpty(checker.getTypeOfSymbol(property)).some((each) => checker.isArrayType(each));
}

function withoutEmpty(type) {
  const empty = ts.TypeFlags.Undefined | ts.TypeFlags.Null;
  return type.isUnion() ? type.types.filter((each) => !(each.flags & empty)) : [type];
}
