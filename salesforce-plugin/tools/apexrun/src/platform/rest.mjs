// RestContext, RestRequest and RestResponse, as a test of an @RestResource class fills them.
import { ApexMap } from '../values/collections.mjs';
import { Native } from '../values/objects.mjs';

export const rest = {
  RestContext: { staticProperties: ['request', 'response'] },
  RestRequest: {
    new: {
      '()': () =>
        new Native('RestRequest', {
          headers: new ApexMap(),
          params: new ApexMap(),
          requestbody: null
        })
    },
    properties: [
      'requestbody',
      'requesturi',
      'httpmethod',
      'headers',
      'params',
      'resourcepath',
      'remoteaddress'
    ],
    methods: {
      'addHeader(String, String)': (m, self, name, value) => self.state.headers.put(name, value),
      'addParameter(String, String)': (m, self, name, value) => self.state.params.put(name, value)
    }
  },
  RestResponse: {
    new: {
      '()': () =>
        new Native('RestResponse', { headers: new ApexMap(), responsebody: null, statuscode: null })
    },
    properties: ['responsebody', 'statuscode', 'headers'],
    methods: {
      'addHeader(String, String)': (m, self, name, value) => self.state.headers.put(name, value)
    }
  }
};
