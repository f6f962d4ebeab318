// Type references: `{name, args, text}`, the name in lower case because Apex ignores case.

const PREFIX = /^(system|schema)\.(?=\w)/;

/** A type from a parser's `typeRef`. */
export function typeReference(context) {
  return parseType(context.getText());
}

/** A type from its text, such as `Map<Id, List<Contact>>` or `Contact[]`. */
export function parseType(text) {
  const trimmed = text.trim();
  if (trimmed.endsWith('[]'))
    return { name: 'list', args: [parseType(trimmed.slice(0, -2))], text: trimmed };
  const open = trimmed.indexOf('<');
  if (open < 0) return { name: plain(trimmed), args: [], text: trimmed };
  const inside = trimmed.slice(open + 1, trimmed.lastIndexOf('>'));
  return {
    name: plain(trimmed.slice(0, open)),
    args: splitArguments(inside).map(parseType),
    text: trimmed
  };
}

function plain(name) {
  return name.toLowerCase().replace(PREFIX, '');
}

/** Splits at the commas that are outside angle brackets. */
export function splitArguments(text) {
  const parts = [];
  let depth = 0;
  let part = '';
  for (const letter of text) {
    if (letter === '<') depth += 1;
    if (letter === '>') depth -= 1;
    if (letter === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  if (part.trim()) parts.push(part);
  return parts;
}
