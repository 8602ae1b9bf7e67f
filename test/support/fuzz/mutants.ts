import type { Dice } from '../mutations.js'

/** No input grows beyond this: a receiver that takes twice as long for twice as much is in order. */
export const MUTANT_BYTES_MAX = 32_768

/** Bytes that decoders are known to stumble over. */
const TOKENS = [
  ...['null', '{}', '[]', '[[', '{"":', '"\\ud800"', '"__proto__":', '"constructor":', '\\u0000', '\ufeff', '水'],
  ...['-0', '1e999', '-1e308', '1e15', '9007199254740993', '0x1', 'NaN', 'Infinity', '1.', '.5', '"1e3"', 'true'],
  ...['253402300800000', '-62167219200001', '946684799999', '"2026-13-01T00:00:00Z"', '"20261124080000"'],
  ...['&&', ';', ',', '=', '-', '##', '##9999', '\r\n', 'CP=&&', 'DataTime=20190630141200;', 'Flag=7;PNUM=2;PNO=1;'],
].map((token) => Buffer.from(token))

/** Numbers at the edges of what lengths, aliases, tags and values may be. */
const EDGES = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 2 ** 53, 2 ** 63]

type Mutation = (bytes: Buffer, at: number, dice: Dice, other: Buffer) => Buffer

const MUTATIONS: readonly Mutation[] = [
  // A bit, a byte.
  (bytes, at, dice) => written(bytes, at, Buffer.of((bytes[at] ?? 0) ^ (1 << dice.below(8)))),
  (bytes, at, dice) => written(bytes, at, Buffer.of(dice.below(256))),
  // Cut off, taken out, put in.
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, dice) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(16))]),
  (bytes, at, dice) => Buffer.concat([bytes.subarray(0, at), dice.of(TOKENS), bytes.subarray(at)]),
  (bytes, at, dice) => written(bytes, at, dice.of(TOKENS)),
  // The beginning of one, the end of another.
  (bytes, at, dice, other) => Buffer.concat([bytes.subarray(0, at), other.subarray(dice.below(other.length + 1))]),
  (bytes, at, dice, other) => {
    const from = dice.below(other.length + 1)
    const part = other.subarray(from, from + 1 + dice.below(64))
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)])
  },
  // A block many times.
  (bytes, at, dice) => {
    const block = bytes.subarray(at, at + 1 + dice.below(dice.of([1, 8, 64])))
    const times = dice.of([2, 3, 10, dice.of([10, 10, 10, 1000, 20_000])])
    return Buffer.concat([
      bytes.subarray(0, at),
      ...Array<Buffer>(fitting(times, block)).fill(block),
      bytes.subarray(at),
    ])
  },
  // Lengths: a varint, four bytes, four digits.
  (bytes, at, dice) => Buffer.concat([bytes.subarray(0, at), varint(edge(dice)), bytes.subarray(at + 1)]),
  (bytes, at, dice) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(edge(dice) % 2 ** 32)
    return written(bytes, at, size)
  },
  (bytes, at, dice) => {
    const hashes = bytes.indexOf('##')
    return written(bytes, hashes < 0 ? at : hashes + 2, Buffer.from(String(dice.below(10_000)).padStart(4, '0')))
  },
  // A number another.
  (bytes, at, dice) => {
    const digit = [...bytes.subarray(at)].findIndex((byte) => byte >= 0x30 && byte <= 0x39)
    return digit < 0 ? bytes : written(bytes, at + digit, Buffer.from(String(edge(dice))))
  },
]

/** A message with one to four changes; `other` is one to take parts of. */
export function mutant(bytes: Buffer, other: Buffer, dice: Dice): Buffer {
  let made = bytes
  for (let left = dice.of([1, 1, 1, 2, 3, 4]); left > 0; left--) {
    made = dice.of(MUTATIONS)(made, dice.below(made.length + 1), dice, other)
  }
  return made.subarray(0, MUTANT_BYTES_MAX)
}

function edge(dice: Dice): number {
  return Math.max(0, dice.of(EDGES) + dice.below(3) - 1)
}

function fitting(times: number, block: Buffer): number {
  return Math.min(times, Math.floor(MUTANT_BYTES_MAX / Math.max(1, block.length)))
}

/** The bytes with `over` in place of those at `at`. */
function written(bytes: Buffer, at: number, over: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), over, bytes.subarray(at + over.length)])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = BigInt(value)
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128)
  return Buffer.from([...bytes, Number(left)])
}
