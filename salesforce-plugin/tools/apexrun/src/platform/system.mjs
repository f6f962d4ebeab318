// System, Type, Object, enums, UUID and Url.
import { randomUUID } from 'node:crypto';

import { Gap } from '../problems.mjs';
import { keyOf } from '../values/collections.mjs';
import { ApexDate, ApexDatetime, Native, TypeValue } from '../values/objects.mjs';
import { construct } from '../run/calls.mjs';
import { asText, isEqual } from '../run/text.mjs';
import { parseType } from '../syntax/types.mjs';
import { systemAssertions } from './assertions.mjs';
import { enqueueing } from './asynchronous.mjs';

const debug = (m, value) => void m.debugLog.push(asText(m, value));
const hash = (text) =>
  [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) | 0, 7);

function typeNamed(machine, name) {
  const type = parseType(name);
  const isKnown =
    machine.program.find(type.name) ||
    machine.org.schema(type.name) ||
    machine.platform.types.has(type.name);
  return isKnown ? new TypeValue(type) : null;
}

function newInstance(machine, { type }) {
  const cls = machine.program.find(type.name);
  return cls ? construct(machine, cls, []) : machine.platform.construct(machine, type, []);
}

export const system = {
  System: {
    statics: {
      ...systemAssertions,
      ...enqueueing,
      'now()': (m) => new ApexDatetime(m.org.now()),
      'today()': (m) => new ApexDate(Math.floor(m.org.now() / 86400000)),
      'currentTimeMillis()': (m) => BigInt(m.org.now()),
      'debug(Object)': debug,
      'debug(LoggingLevel, Object)': (m, level, value) => debug(m, value),
      'equals(Object, Object)': (m, left, right) => isEqual(m, left, right),
      'hashCode(Object)': (m, value) => hash(keyOf(value))
    }
  },
  Type: {
    statics: {
      'forName(String)': typeNamed,
      'forName(String, String)': (m, namespace, name) => typeNamed(m, name)
    },
    methods: {
      'getName()': (m, self) => self.type.text,
      'newInstance()': newInstance,
      'toString()': (m, self) => self.type.text
    }
  },
  Object: {
    methods: {
      'toString()': (m, value) => asText(m, value),
      'equals(Object)': (m, value, other) => isEqual(m, value, other),
      'hashCode()': (m, value) => hash(keyOf(value))
    }
  },
  enum: {
    methods: { 'name()': (m, value) => value.name, 'ordinal()': (m, value) => value.ordinal }
  },
  UUID: { statics: { 'randomUUID()': () => new Native('UUID', { text: randomUUID() }) } },
  Url: {
    statics: {
      'getOrgDomainUrl()': () => {
        throw new Gap('Url.getOrgDomainUrl');
      }
    }
  }
};
