// Test and Test.getEventBus().
import { Gap } from '../problems.mjs';
import { Native } from '../values/objects.mjs';

export const testing = {
  Test: {
    statics: {
      'startTest()': (m) => m.startTest(),
      'stopTest()': (m) => m.stopTest(),
      'isRunningTest()': (m) => m.isTest,
      'setMock(Type, Object)': (m, type, mock) => {
        if (type.type.name !== 'httpcalloutmock')
          throw new Gap(`Test.setMock for ${type.type.text}`);
        m.mock = mock;
      },
      'getEventBus()': () => new Native('EventBus.TestBroker'),
      'setCreatedDate(Id, Datetime)': (m, id, moment) => m.setCreatedDate(id, moment),
      'enableChangeDataCapture()': () => undefined
    }
  },
  'EventBus.TestBroker': {
    methods: {
      'deliver()': (m) => m.deliverEvents(),
      'fail()': () => {
        throw new Gap('Test.getEventBus().fail()');
      }
    }
  }
};
