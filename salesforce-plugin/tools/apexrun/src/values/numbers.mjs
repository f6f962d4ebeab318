// Long is a JavaScript BigInt and Integer a JavaScript number; Decimal and Double are these classes.

/** An exact decimal number: `digits` times ten to the minus `scale`. */
export class Decimal {
  constructor(digits, scale = 0) {
    this.digits = digits;
    this.scale = scale;
  }

  /** From text such as "-12.50" or "1e3"; null when it is not a number. */
  static parse(text) {
    const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text.trim());
    if (!parts || !(parts[2] || parts[3])) return null;
    const [, sign, whole, fraction = '', exponent = '0'] = parts;
    const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
    const scale = fraction.length - Number(exponent);
    return scale >= 0 ? new Decimal(digits, scale) : new Decimal(digits * 10n ** BigInt(-scale), 0);
  }

  /** From an Integer, a Long, a Double or a Decimal. */
  static of(value) {
    if (value instanceof Decimal) return value;
    if (value instanceof Double) return Decimal.parse(String(value.number));
    return new Decimal(BigInt(value), 0);
  }

  plus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) + other.at(scale), scale);
  }

  minus(other) {
    return this.plus(new Decimal(-other.digits, other.scale));
  }

  times(other) {
    return new Decimal(this.digits * other.digits, this.scale + other.scale);
  }

  /** To 32 places at most, trailing zeros dropped beyond the wider of the two scales. */
  dividedBy(other) {
    const places = 32;
    const quotient = halfEven(
      this.digits * 10n ** BigInt(places + other.scale),
      other.digits * 10n ** BigInt(this.scale)
    );
    return new Decimal(quotient, places).trimmed(Math.max(this.scale, other.scale));
  }

  compare(other) {
    const scale = Math.max(this.scale, other.scale);
    const [left, right] = [this.at(scale), other.at(scale)];
    return left < right ? -1 : Number(left > right);
  }

  /** Rounds half to even, the platform's default (Apex Reference, Decimal.setScale). */
  withScale(scale) {
    if (scale >= this.scale) return new Decimal(this.at(scale), scale);
    return new Decimal(halfEven(this.digits, 10n ** BigInt(this.scale - scale)), scale);
  }

  /** The whole part, as a BigInt. */
  whole() {
    return this.digits / 10n ** BigInt(this.scale);
  }

  toNumber() {
    return Number(this.toString());
  }

  toString() {
    const sign = this.digits < 0n ? '-' : '';
    const text = (this.digits < 0n ? -this.digits : this.digits)
      .toString()
      .padStart(this.scale + 1, '0');
    return this.scale === 0
      ? sign + text
      : `${sign}${text.slice(0, -this.scale)}.${text.slice(-this.scale)}`;
  }

  at(scale) {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }

  trimmed(keep) {
    let { digits, scale } = this;
    while (scale > keep && digits % 10n === 0n) {
      digits /= 10n;
      scale -= 1;
    }
    return new Decimal(digits, scale);
  }
}

/** A 64-bit floating point number. */
export class Double {
  constructor(number) {
    this.number = number;
  }

  toString() {
    return Number.isInteger(this.number) ? this.number.toFixed(1) : String(this.number);
  }
}

export function isNumber(value) {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Decimal ||
    value instanceof Double
  );
}

/** Any of the four as a JavaScript number, for places where rounding cannot matter. */
export function toNumber(value) {
  if (value instanceof Decimal) return value.toNumber();
  return value instanceof Double ? value.number : Number(value);
}

function halfEven(numerator, denominator) {
  const negative = numerator < 0n !== denominator < 0n;
  const [n, d] = [
    numerator < 0n ? -numerator : numerator,
    denominator < 0n ? -denominator : denominator
  ];
  let quotient = n / d;
  const twice = (n % d) * 2n;
  if (twice > d || (twice === d && quotient % 2n === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
}
