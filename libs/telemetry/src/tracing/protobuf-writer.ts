const firstBytes = 65_536;
const textEncoder = new TextEncoder();
/** Values of hexadecimal digits by their character code. */
const digitValues = Uint8Array.from({ length: 128 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0);

/** What follows a tag, by the encoding of protobuf. */
export const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** Writes fields of protobuf messages one behind the other into an array that grows. */
export class ProtobufWriter {
  bytes: Uint8Array<ArrayBuffer>;
  position = 0;

  constructor(size = firstBytes) {
    this.bytes = new Uint8Array(size);
  }

  /** What was written. It shares its memory with the writer. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.position);
  }

  /** Goes on in a new array when little of this one is left; what was written stays where it is. */
  startBehind(left: number): void {
    if (this.bytes.length - this.position >= left) return;
    this.bytes = new Uint8Array(firstBytes);
    this.position = 0;
  }

  tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType);
  }

  /** @param value any integer of 64 bits, negative ones in two's complement. */
  varint(value: number): void {
    this.#reserve(10);
    if (value < 0 || value > 0xff_ff_ff_ff) {
      this.#longVarint(BigInt.asUintN(64, BigInt(value)));
      return;
    }
    let rest = value;
    while (rest > 127) {
      this.bytes[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.position++] = rest;
  }

  fixed32(value: number): void {
    this.#reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.bytes[this.position++] = value >>> shift;
  }

  double(value: number): void {
    this.#reserve(8);
    new DataView(this.bytes.buffer).setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** With its length. */
  string(text: string): void {
    const { length } = text;
    this.varint(length);
    this.#reserve(length);
    const start = this.position;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        this.position = start - sizeOfVarint(length);
        this.raw(textEncoder.encode(text));
        return;
      }
      this.bytes[start + index] = code;
    }
    this.position = start + length;
  }

  /** Bytes that are written as hexadecimal digits, with their length. */
  hex(digits: string): void {
    const length = digits.length >> 1;
    this.varint(length);
    this.#reserve(length);
    for (let index = 0; index < digits.length; index += 2) {
      this.bytes[this.position++] = (valueOf(digits, index) << 4) | valueOf(digits, index + 1);
    }
  }

  /** Bytes with their length. */
  raw(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.append(bytes);
  }

  /** Bytes without their length. */
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Begins what has its length before it; returns what {@link end} wants. */
  begin(): number {
    this.#reserve(1);
    return this.position++;
  }

  /** Most of what has a length is short: the length has one byte, and the rest is moved when it takes more. */
  end(begin: number): void {
    const start = begin + 1;
    const length = this.position - start;
    const more = sizeOfVarint(length) - 1;
    if (more > 0) {
      this.#reserve(more);
      this.bytes.copyWithin(start + more, start, this.position);
    }
    this.position = begin;
    this.varint(length);
    this.position += length;
  }

  #longVarint(value: bigint): void {
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.bytes[this.position++] = Number(rest & 127n) | 128;
    this.bytes[this.position++] = Number(rest);
  }

  /** What was written before stays in the old array, too. */
  #reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}

function sizeOfVarint(length: number): number {
  if (length < 1 << 7) return 1;
  if (length < 1 << 14) return 2;
  if (length < 1 << 21) return 3;
  return length < 1 << 28 ? 4 : 5;
}

function valueOf(digits: string, index: number): number {
  return digitValues[digits.charCodeAt(index)] as number;
}
