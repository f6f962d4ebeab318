// The methods of exceptions, the platform's and the project's own.
import { ApexList } from '../values/collections.mjs';
import { EnumValue, Instance, PlatformException } from '../values/objects.mjs';

/** Both kinds keep the same facts, in different places. */
const facts = (value) => (value instanceof Instance ? value.exception : value);
const failure = (machine, value, place) => {
  const { failures } = value.details ?? { failures: [] };
  if (place < 0 || place >= failures.length)
    machine.raise('System.ListException', `List index out of bounds: ${place}`);
  return failures[place];
};

const UNNAMED = 'Script-thrown exception';

function create(machine, type, message = UNNAMED, cause = null) {
  const name = /^(\w+)\./.test(type.text) ? type.text : `System.${type.text}`;
  const value = new PlatformException(name, isForThePage(type) ? UNNAMED : message, { cause });
  value.trace = machine.trace();
  value.line = machine.line;
  return value;
}

/** What an AuraHandledException is made with goes to the page; Apex reads what setMessage was given. */
const isForThePage = (type) => /(^|\.)aurahandledexception$/i.test(type.text);

export const exceptions = {
  Exception: {
    new: {
      '()': (m, type) => create(m, type),
      '(String)': (m, type, message) => create(m, type, message),
      '(String, Exception)': (m, type, message, cause) => create(m, type, message, cause)
    },
    methods: {
      'getMessage()': (m, value) => facts(value).message,
      'getTypeName()': (m, value) => (value instanceof Instance ? value.cls.fullName : value.type),
      'getCause()': (m, value) => facts(value).cause,
      'getLineNumber()': (m, value) => facts(value).line,
      'getStackTraceString()': (m, value) => facts(value).trace,
      'setMessage(String)': (m, value, message) => void (facts(value).message = message),
      'initCause(Exception)': (m, value, cause) => void (facts(value).cause = cause)
    }
  },
  DmlException: {
    methods: {
      'getNumDml()': (m, value) => value.details.failures.length,
      'getDmlMessage(Integer)': (m, value, place) => failure(m, value, place).error.message,
      'getDmlId(Integer)': (m, value, place) => failure(m, value, place).original,
      'getDmlIndex(Integer)': (m, value, place) => failure(m, value, place).row,
      'getDmlType(Integer)': (m, value, place) =>
        new EnumValue('StatusCode', failure(m, value, place).error.code, -1),
      'getDmlStatusCode(Integer)': (m, value, place) => failure(m, value, place).error.code,
      'getDmlFieldNames(Integer)': (m, value, place) =>
        new ApexList([...failure(m, value, place).error.fields])
    }
  },
  StatusCode: { values: [], isOpen: true }
};
