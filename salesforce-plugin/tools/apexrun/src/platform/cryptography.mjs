// Crypto, EncodingUtil and Blob.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { Gap } from '../problems.mjs';
import { Blob } from '../values/objects.mjs';

function algorithm(name) {
  const plain = name.toLowerCase().replace(/^hmac/, '').replace('-', '');
  if (!['sha1', 'sha256', 'sha512', 'md5'].includes(plain)) throw new Gap(`the algorithm ${name}`);
  return plain;
}

function mac(machine, name, data, key) {
  if (data === null || key === null) machine.nullPointer();
  return new Blob(createHmac(algorithm(name), key.bytes).update(data.bytes).digest());
}

function given(machine, value) {
  return value === null ? machine.nullPointer() : value;
}

export const cryptography = {
  Crypto: {
    statics: {
      'generateMac(String, Blob, Blob)': mac,
      'verifyHMac(String, Blob, Blob, Blob)': (m, name, data, key, expected) => {
        const { bytes } = mac(m, name, data, key);
        return bytes.length === expected.bytes.length && timingSafeEqual(bytes, expected.bytes);
      },
      'generateDigest(String, Blob)': (m, name, data) =>
        new Blob(createHash(algorithm(name)).update(given(m, data).bytes).digest()),
      'generateAesKey(Integer)': (m, bits) => new Blob(randomBytes(bits / 8)),
      'getRandomInteger()': () => randomBytes(4).readInt32BE(),
      'getRandomLong()': () => randomBytes(8).readBigInt64BE()
    }
  },
  EncodingUtil: {
    statics: {
      'convertToHex(Blob)': (m, blob) => given(m, blob).bytes.toString('hex'),
      'convertFromHex(String)': (m, text) => new Blob(Buffer.from(given(m, text), 'hex')),
      'base64Encode(Blob)': (m, blob) => given(m, blob).bytes.toString('base64'),
      'base64Decode(String)': (m, text) => new Blob(Buffer.from(given(m, text), 'base64')),
      'urlEncode(String, String)': (m, text) =>
        encodeURIComponent(given(m, text)).replace(/%20/g, '+')
    }
  },
  Blob: {
    statics: { 'valueOf(String)': (m, text) => new Blob(Buffer.from(given(m, text), 'utf8')) },
    methods: {
      'size()': (m, blob) => blob.bytes.length,
      'toString()': (m, blob) => blob.bytes.toString('utf8')
    }
  }
};
