// Enough of XML for Salesforce metadata: elements, text, comments. Attributes are dropped except xsi:nil.

/** The root element as `{name, text, children}`; throws on text that is not well formed. */
export function parseXml(text, { file = 'XML' } = {}) {
  const root = { name: '', text: '', children: [] };
  const open = [root];
  for (const [, comment, data, closing, name, attributes, empty, plain] of text.matchAll(TOKEN)) {
    const top = open.at(-1);
    if (comment !== undefined) continue;
    if (plain !== undefined) top.text += decode(plain);
    else if (data !== undefined) top.text += data;
    else if (closing) {
      if (top.name !== name) throw new Error(`${file}: </${name}> closes <${top.name}>`);
      open.pop();
    } else {
      const element = {
        name,
        text: '',
        children: [],
        nil: /xsi:nil\s*=\s*"true"/.test(attributes)
      };
      top.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length > 1) throw new Error(`${file}: <${open.at(-1).name}> is not closed`);
  return root.children[0];
}

const TOKEN =
  /(<!--[\s\S]*?-->|<\?[\s\S]*?\?>)|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g;

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text) {
  return text.replace(/&(#x?)?(\w+);/g, (whole, number, name) => {
    if (number) return String.fromCodePoint(parseInt(name, number === '#x' ? 16 : 10));
    return ENTITIES[name] ?? whole;
  });
}

/** The text of the first child of that name, or null. */
export function textOf(element, name) {
  return childrenOf(element, name)[0]?.text.trim() ?? null;
}

export function childrenOf(element, name) {
  return element.children.filter((child) => child.name === name);
}
