/** Parquet files whose footers say what cannot be: of many rows, many columns, a tree without an end, or beyond the file. */

const MAGIC = Buffer.from('PAR1')
const [I32, I64, BINARY, LIST, STRUCT] = [5, 6, 8, 9, 12] as const
const STOP = Buffer.from([0])

/** Unsigned, of any length, as Thrift's compact form has it. */
function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}

const whole = (value: bigint | number) => varint(BigInt(value) * 2n)
const text = (value: string) => Buffer.concat([varint(BigInt(value.length)), Buffer.from(value)])
const field = (step: number, type: number, ...bytes: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([(step << 4) | type]), ...bytes])

/** A list header tells how many there are, whether or not they follow. */
function list(type: number, count: bigint, items: readonly Buffer[]): Buffer {
  const head =
    count < 15n
      ? Buffer.from([(Number(count) << 4) | type])
      : Buffer.concat([Buffer.from([0xf0 | type]), varint(count)])
  return Buffer.concat([head, ...items])
}

const column = (name: string) =>
  Buffer.concat([field(1, I32, whole(2)), field(2, I32, whole(1)), field(1, BINARY, text(name)), STOP])
const parent = (name: string, children: number | bigint) =>
  Buffer.concat([field(4, BINARY, text(name)), field(1, I32, whole(children)), STOP])

function fileOf(footer: Buffer, saidLength = footer.length): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(saidLength)
  return Buffer.concat([MAGIC, footer, length, MAGIC])
}

function footerOf(schema: Buffer, rows: bigint): Buffer {
  const group = Buffer.concat([
    field(1, LIST, list(STRUCT, 0n, [])),
    field(1, I64, whole(rows)),
    field(1, I64, whole(rows)),
    STOP,
  ])
  return Buffer.concat([
    field(1, I32, whole(1)),
    field(1, LIST, schema),
    field(1, I64, whole(rows)),
    field(1, LIST, list(STRUCT, 1n, [group])),
    STOP,
  ])
}

const NAMES = [
  'line',
  'device',
  'class',
  'metric',
  'unit',
  'ts',
  'value',
  'text',
  'quality',
  'seq',
  'received_at',
  'ts_assumed',
]
const flat = (names: readonly string[]) =>
  list(STRUCT, BigInt(names.length + 1), [parent('rows', names.length), ...names.map(column)])

export const ABSURD_PARQUET: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['2^60 rows', fileOf(footerOf(flat(NAMES), 2n ** 60n))],
  ['20,000 columns', fileOf(footerOf(flat(Array.from({ length: 20_000 }, (_, i) => `c${i}`)), 1n))],
  ['a schema of 2^31 columns, none of which follows', fileOf(footerOf(list(STRUCT, 2n ** 31n - 1n, []), 1n))],
  [
    'a column within a column, 5,000 deep',
    fileOf(
      footerOf(
        list(STRUCT, 5001n, [...Array.from({ length: 5000 }, (_, i) => parent(`c${i}`, 1)), column('leaf')]),
        1n,
      ),
    ),
  ],
  ['a root with 2^30 children', fileOf(footerOf(list(STRUCT, 2n, [parent('rows', 2 ** 30), column('a')]), 1n))],
  ['a footer longer than the file', fileOf(footerOf(flat(NAMES), 1n), 0xffff_fff0)],
  ['no footer at all', fileOf(Buffer.alloc(0))],
]
