// String and Id.
import { Gap } from '../problems.mjs';
import { ApexList } from '../values/collections.mjs';
import { fullId, looksLikeId } from '../values/records.mjs';
import { asText } from '../run/text.mjs';
import { javaRegex } from './patterns.mjs';
import { typeToken } from './describe.mjs';

const isBlank = (text) => text === null || text.trim() === '';

function required(machine, value) {
  if (value === null) machine.nullPointer();
  return value;
}

function range(machine, text, start, end) {
  if (start === null || end === null) machine.nullPointer();
  if (start < 0 || start > text.length)
    machine.raise('System.StringException', `Starting position out of bounds: ${start}`);
  if (end < start || end > text.length)
    machine.raise('System.StringException', `Ending position out of bounds: ${end}`);
  return text.slice(start, end);
}

/** Java's split: trailing empty parts fall away unless a limit is given. */
function split(machine, text, pattern, limit) {
  const regex = javaRegex(machine, required(machine, pattern), 'g');
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(regex)) {
    if (limit > 0 && parts.length === limit - 1) break;
    if (match[0] === '' && (match.index === 0 || match.index === text.length)) continue;
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  if (limit === 0) while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return new ApexList(parts);
}

/** Java's MessageFormat: `{0}` is filled in, a quoted '{0}' is not, and '' is one quote. */
function format(machine, text, values) {
  return text.replace(/''|'([^']*)'|\{(\d+)\}/g, (whole, quoted, place) => {
    if (whole === "''") return "'";
    if (quoted !== undefined) return quoted;
    return Number(place) < values.items.length
      ? asText(machine, values.items[Number(place)])
      : whole;
  });
}

function sobjectType(machine, id) {
  if (!looksLikeId(id)) throw new Gap('getSObjectType() on text that is no Id');
  const schema = [...machine.org.schemas.values()].find((one) => one.prefix === id.slice(0, 3));
  if (!schema) machine.raise('System.SObjectException', `Cannot locate Apex Type for ID: ${id}`);
  return typeToken(schema);
}

export const strings = {
  String: {
    statics: {
      'valueOf(Object)': (m, value) => (value === null ? null : asText(m, value)),
      'isBlank(String)': (m, text) => isBlank(text),
      'isNotBlank(String)': (m, text) => !isBlank(text),
      'isEmpty(String)': (m, text) => text === null || text === '',
      'isNotEmpty(String)': (m, text) => text !== null && text !== '',
      'join(Iterable<Object>, String)': (m, list, separator) =>
        list.items.map((one) => (one === null ? '' : asText(m, one))).join(separator),
      'format(String, List<Object>)': (m, text, values) => format(m, required(m, text), values),
      'escapeSingleQuotes(String)': (m, text) =>
        required(m, text).replace(/\\/g, '\\\\').replace(/'/g, "\\'"),
      'fromCharArray(List<Integer>)': (m, codes) => String.fromCodePoint(...codes.items)
    },
    methods: {
      'length()': (m, text) => text.length,
      'left(Integer)': (m, text, count) => (count < 0 ? '' : text.slice(0, count)),
      'right(Integer)': (m, text, count) => (count <= 0 ? '' : text.slice(-count)),
      'substring(Integer)': (m, text, start) => range(m, text, start, text.length),
      'substring(Integer, Integer)': (m, text, start, end) => range(m, text, start, end),
      'substringAfter(String)': (m, text, part) =>
        text.includes(part) ? text.slice(text.indexOf(part) + part.length) : '',
      'substringBefore(String)': (m, text, part) =>
        text.includes(part) ? text.slice(0, text.indexOf(part)) : text,
      'substringAfterLast(String)': (m, text, part) =>
        text.includes(part) ? text.slice(text.lastIndexOf(part) + part.length) : '',
      'substringBeforeLast(String)': (m, text, part) =>
        text.includes(part) ? text.slice(0, text.lastIndexOf(part)) : text,
      'toLowerCase()': (m, text) => text.toLowerCase(),
      'toUpperCase()': (m, text) => text.toUpperCase(),
      'capitalize()': (m, text) => text.slice(0, 1).toUpperCase() + text.slice(1),
      'trim()': (m, text) => text.trim(),
      'contains(String)': (m, text, part) => text.includes(required(m, part)),
      'containsIgnoreCase(String)': (m, text, part) =>
        text.toLowerCase().includes(required(m, part).toLowerCase()),
      'startsWith(String)': (m, text, part) => text.startsWith(required(m, part)),
      'endsWith(String)': (m, text, part) => text.endsWith(required(m, part)),
      'startsWithIgnoreCase(String)': (m, text, part) =>
        text.toLowerCase().startsWith(required(m, part).toLowerCase()),
      'equals(Object)': (m, text, other) => text === other,
      'equalsIgnoreCase(String)': (m, text, other) =>
        other !== null && text.toLowerCase() === other.toLowerCase(),
      'compareTo(String)': (m, text, other) => (text === other ? 0 : text < other ? -1 : 1),
      'indexOf(String)': (m, text, part) => text.indexOf(part),
      'indexOf(String, Integer)': (m, text, part, start) => text.indexOf(part, start),
      'lastIndexOf(String)': (m, text, part) => text.lastIndexOf(part),
      'replace(String, String)': (m, text, part, by) =>
        text.split(required(m, part)).join(required(m, by)),
      'replaceAll(String, String)': (m, text, pattern, by) =>
        text.replace(javaRegex(m, pattern, 'g'), by),
      'replaceFirst(String, String)': (m, text, pattern, by) =>
        text.replace(javaRegex(m, pattern, ''), by),
      'remove(String)': (m, text, part) => text.split(part).join(''),
      'removeStart(String)': (m, text, part) =>
        text.startsWith(part) ? text.slice(part.length) : text,
      'removeEnd(String)': (m, text, part) =>
        text.endsWith(part) ? text.slice(0, text.length - part.length) : text,
      'split(String)': (m, text, pattern) => split(m, text, pattern, 0),
      'split(String, Integer)': (m, text, pattern, limit) => split(m, text, pattern, limit),
      'repeat(Integer)': (m, text, count) => text.repeat(Math.max(count, 0)),
      'leftPad(Integer, String)': (m, text, length, pad) => text.padStart(length, pad),
      'rightPad(Integer, String)': (m, text, length, pad) => text.padEnd(length, pad),
      'leftPad(Integer)': (m, text, length) => text.padStart(length),
      'abbreviate(Integer)': (m, text, length) =>
        text.length <= length ? text : `${text.slice(0, length - 3)}...`,
      'isNumeric()': (m, text) => /^\d+$/.test(text),
      'isAlphanumeric()': (m, text) => /^[\p{L}\p{N}]+$/u.test(text),
      'charAt(Integer)': (m, text, place) => text.codePointAt(place),
      'getChars()': (m, text) =>
        new ApexList([...Array(text.length).keys()].map((place) => text.charCodeAt(place))),
      'countMatches(String)': (m, text, part) => text.split(part).length - 1,
      'deleteWhitespace()': (m, text) => text.replace(/\s/g, ''),
      'isWhitespace()': (m, text) => /^\s*$/.test(text),
      'hashCode()': (m, text) =>
        [...Array(text.length).keys()].reduce(
          (sum, place) => (Math.imul(sum, 31) + text.charCodeAt(place)) | 0,
          0
        ),
      'toString()': (m, text) => text,
      'getSObjectType()': sobjectType,
      'to15()': (m, id) => id.slice(0, 15)
    }
  },
  Id: {
    statics: {
      'valueOf(String)': (m, text) => {
        if (!looksLikeId(required(m, text)))
          m.raise('System.StringException', `Invalid id: ${text}`);
        return fullId(text);
      }
    }
  }
};
