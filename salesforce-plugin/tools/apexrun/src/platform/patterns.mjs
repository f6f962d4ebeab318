// Pattern and Matcher: Java's regular expressions, as far as they mean the same in JavaScript.
import { Gap } from '../problems.mjs';
import { Native } from '../values/objects.mjs';

/** A Java pattern as a RegExp; what differs between the two languages is a Gap. */
export function javaRegex(machine, pattern, flags) {
  const insensitive = pattern.startsWith('(?i)');
  const source = insensitive ? pattern.slice(4) : pattern;
  if (/[*+?}]\+|\(\?[imsx-]+[):]|\\[QEGZhHRX]|&&/.test(source))
    throw new Gap(`the regular expression ${pattern}`);
  try {
    return new RegExp(
      source.replace(/\\A/g, '^').replace(/\\z/g, '$'),
      `${flags}${insensitive ? 'i' : ''}u`
    );
  } catch {
    return machine.raise('System.StringException', `Invalid regex: ${pattern}`);
  }
}

function matcher(machine, pattern, text) {
  if (text === null) machine.nullPointer();
  return new Native('Matcher', {
    pattern: pattern.state.pattern,
    input: text,
    match: null,
    from: 0
  });
}

/** The whole text, from its beginning, or anywhere after the last find. */
function attempt(machine, self, shape) {
  const { pattern, input, from } = self.state;
  const regex = javaRegex(machine, shape(pattern), 'g');
  regex.lastIndex = from;
  self.state.match = regex.exec(input);
  return self.state.match !== null;
}

function matched(machine, self) {
  if (!self.state.match) machine.raise('System.StringException', 'No match found');
  return self.state.match;
}

export const patterns = {
  Pattern: {
    statics: {
      'compile(String)': (m, pattern) => {
        javaRegex(m, pattern, '');
        return new Native('Pattern', { pattern });
      },
      'matches(String, String)': (m, pattern, text) => {
        if (pattern === null || text === null) m.nullPointer();
        return javaRegex(m, `^(?:${pattern})$`, '').test(text);
      },
      'quote(String)': (m, text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    },
    methods: { 'matcher(String)': matcher, 'pattern()': (m, self) => self.state.pattern }
  },
  Matcher: {
    methods: {
      'matches()': (m, self) =>
        attempt(
          m,
          Object.assign(self, { state: { ...self.state, from: 0 } }),
          (pattern) => `^(?:${pattern})$`
        ),
      'lookingAt()': (m, self) =>
        attempt(
          m,
          Object.assign(self, { state: { ...self.state, from: 0 } }),
          (pattern) => `^(?:${pattern})`
        ),
      'find()': (m, self) => {
        const found = attempt(m, self, (pattern) => pattern);
        if (found)
          self.state.from = self.state.match.index + Math.max(self.state.match[0].length, 1);
        return found;
      },
      'group()': (m, self) => matched(m, self)[0],
      'group(Integer)': (m, self, place) => matched(m, self)[place] ?? null,
      'groupCount()': (m, self) => new RegExp(`${self.state.pattern}|`).exec('').length - 1,
      'start()': (m, self) => matched(m, self).index,
      'end()': (m, self) => matched(m, self).index + matched(m, self)[0].length,
      'replaceAll(String)': (m, self, by) =>
        self.state.input.replace(javaRegex(m, self.state.pattern, 'g'), by)
    }
  }
};
