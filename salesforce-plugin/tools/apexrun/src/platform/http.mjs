// Http, HttpRequest, HttpResponse.
import { ApexList } from '../values/collections.mjs';
import { Blob, Native } from '../values/objects.mjs';
import { send } from '../org/callouts.mjs';

const LONGEST_TIMEOUT = 120000;

/** Header names do not care about case. */
function header(self, name) {
  const found = [...self.state.headers.keys()].find(
    (one) => one.toLowerCase() === name.toLowerCase()
  );
  return found ?? null;
}

function setHeader(machine, self, name, value) {
  if (name === null || value === null) machine.nullPointer();
  const known = header(self, name);
  if (known) self.state.headers.delete(known);
  self.state.headers.set(name, value);
}

const text = (self) => (self.state.bytes === null ? '' : self.state.bytes.toString('utf8'));

const message = {
  'setHeader(String, String)': setHeader,
  'getHeader(String)': (m, self, name) => self.state.headers.get(header(self, name)) ?? null,
  'getHeaderKeys()': (m, self) => new ApexList([...self.state.headers.keys()]),
  'setBody(String)': (m, self, body) =>
    void (self.state.bytes = body === null ? m.nullPointer() : Buffer.from(body, 'utf8')),
  'getBody()': (m, self) => text(self),
  'setBodyAsBlob(Blob)': (m, self, body) => void (self.state.bytes = body.bytes),
  'getBodyAsBlob()': (m, self) => new Blob(self.state.bytes ?? [])
};

/** Timeouts lie between a millisecond and two minutes (Apex Reference, HttpRequest.setTimeout). */
function setTimeoutOf(machine, self, ms) {
  if (ms < 1 || ms > LONGEST_TIMEOUT)
    machine.raise(
      'System.CalloutException',
      'Invalid timeout value. The value must be between 1 and 120000.'
    );
  self.state.timeout = ms;
}

export function newResponse({ status = 200, reason = 'OK', headers = [], body = '' } = {}) {
  return new Native('HttpResponse', {
    code: status,
    reason,
    headers: new Map(headers),
    bytes: Buffer.from(body, 'utf8')
  });
}

export const http = {
  Http: {
    new: { '()': () => new Native('Http') },
    methods: {
      'send(HttpRequest)': (m, self, request) =>
        request === null ? m.nullPointer() : send(m, request)
    }
  },
  HttpRequest: {
    new: {
      '()': () =>
        new Native('HttpRequest', {
          endpoint: null,
          method: null,
          headers: new Map(),
          bytes: null,
          timeout: 10000
        })
    },
    methods: {
      ...message,
      'setEndpoint(String)': (m, self, endpoint) => void (self.state.endpoint = endpoint),
      'getEndpoint()': (m, self) => self.state.endpoint,
      'setMethod(String)': (m, self, method) => void (self.state.method = method),
      'getMethod()': (m, self) => self.state.method,
      'setTimeout(Integer)': setTimeoutOf
    }
  },
  HttpResponse: {
    new: { '()': () => newResponse({ reason: null }) },
    methods: {
      ...message,
      'setStatusCode(Integer)': (m, self, code) => void (self.state.code = code),
      'getStatusCode()': (m, self) => self.state.code,
      'setStatus(String)': (m, self, reason) => void (self.state.reason = reason),
      'getStatus()': (m, self) => self.state.reason
    }
  }
};
