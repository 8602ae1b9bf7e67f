import { fc, test } from '@fast-check/vitest'
import type { UPayload } from 'sparkplug-client'
import { get } from 'sparkplug-payload'
import { describe, expect } from 'vitest'
import { bdSeq, encoded, Host, type Outcome, START_MS, TYPE } from '../support/sparkplug.js'

type UMetric = NonNullable<UPayload['metrics']>[number]

const codec = get('spBv1.0')!
const ts = fc.integer({ min: START_MS - 86_400_000, max: START_MS })

/** Values of every type that the library gives back as numbers. Of UInt32 only the lower half: the upper one it reads as negative. */
const numeric = fc.oneof(
  fc.record({ type: fc.constant('Int8' as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ type: fc.constant('Int16' as const), value: fc.integer({ min: -32_768, max: 32_767 }) }),
  fc.record({ type: fc.constant('Int32' as const), value: fc.integer() }),
  fc.record({ type: fc.constant('Int64' as const), value: fc.integer({ min: -1e15, max: 1e15 }) }),
  fc.record({ type: fc.constant('UInt8' as const), value: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ type: fc.constant('UInt16' as const), value: fc.integer({ min: 0, max: 65_535 }) }),
  fc.record({ type: fc.constant('UInt32' as const), value: fc.integer({ min: 0, max: 2 ** 31 - 1 }) }),
  fc.record({ type: fc.constant('UInt64' as const), value: fc.integer({ min: 0, max: 1e15 }) }),
  fc.record({
    type: fc.constant('Float' as const),
    value: fc.float({ noNaN: true, min: Math.fround(-1e14), max: Math.fround(1e14) }),
  }),
  fc.record({ type: fc.constant('Double' as const), value: fc.double({ noNaN: true, min: -1e15, max: 1e15 }) }),
  fc.record({ type: fc.constant('Boolean' as const), value: fc.boolean() }),
)
const metrics = fc
  .array(fc.tuple(numeric, ts), { minLength: 1, maxLength: 30 })
  .map((drawn) => drawn.map(([one, timestamp], i) => ({ ...one, name: `m${i}`, alias: i + 1, timestamp })))

/** Number that the library says a value is. Of Int64 it does not know the sign: it gives back all 64 bits as they are. */
function theirNumber(type: string | undefined, value: unknown): number {
  if (typeof value !== 'object' || value === null) return Number(value) + 0
  const bits = BigInt(String(value))
  return Number(type === 'Int64' ? BigInt.asIntN(64, bits) : bits)
}

describe('a second opinion', () => {
  test.prop([metrics], { numRuns: 300 })('what sparkplug-payload writes is read as it reads it', (sent) => {
    const bytes = codec.encodePayload({ timestamp: START_MS, seq: 0, metrics: sent as UMetric[] })
    const theirs = codec.decodePayload(bytes).metrics ?? []
    const ours = new Host().send(0, 'g/NBIRTH/n', bytes)
    expect(ours.rejected).toEqual([])
    expect(ours.readings).toEqual(
      theirs.map(({ name, type, value, timestamp }) => {
        const at = (theirNumber('UInt64', timestamp) - START_MS) / 1000
        return `n ${name} ${theirNumber(type, value)}@${at}`
      }),
    )
  })

  test.prop([metrics], { numRuns: 100 })('by alias alone, without types, the same comes out', (sent) => {
    const bytes = codec.encodePayload({ timestamp: START_MS, seq: 0, metrics: sent as UMetric[] })
    const host = new Host()
    const born = host.send(0, 'g/NBIRTH/n', bytes)
    const bare = sent.map(({ type, value, alias, timestamp }) => ({
      alias,
      ts: timestamp,
      value: valueField(type, Number(value)),
    }))
    expect(host.send(0, 'g/NDATA/n', encoded({ ts: START_MS, seq: 1, metrics: bare })).readings).toEqual(born.readings)
  })
})

function valueField(type: string, value: number) {
  if (type === 'Float') return { float: value }
  if (type === 'Double') return { double: value }
  if (type === 'Boolean') return { bool: value === 1 }
  return type.endsWith('64') ? { long: BigInt(value) } : { int: value >>> 0 }
}

/** Nothing that is not finite, nothing thrown. */
function isSound({ readings, rejected }: Outcome): boolean {
  return readings.every((one) => !/NaN|Infinity/.test(one)) && rejected.length <= 1000
}

describe('bytes of whatever kind', () => {
  const birth = encoded({
    ts: START_MS,
    seq: 0,
    metrics: [
      bdSeq(0),
      {
        name: 'x',
        alias: 1,
        type: TYPE.Double,
        value: { double: 1 },
        properties: { Quality: { int: 192 }, engUnit: { text: 'kW' } },
      },
      {
        name: 's',
        alias: 2,
        type: TYPE.DataSet,
        dataSet: { columns: ['a'], types: [TYPE.Double], rows: [[{ double: 1 }]] },
      },
    ],
  })
  const verb = fc.constantFrom('g/NBIRTH/n', 'g/NDATA/n', 'g/DBIRTH/n/d', 'g/DDATA/n/d', 'g/NDEATH/n', 'g/DDEATH/n/d')
  const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }), cut: fc.nat() })

  test.prop([fc.array(fc.tuple(verb, fc.uint8Array({ maxLength: 64 })), { maxLength: 5 })], { numRuns: 500 })(
    'break nothing',
    (messages) => {
      const host = new Host()
      host.send(0, 'g/NBIRTH/n', birth)
      for (const [i, [topic, bytes]] of messages.entries()) expect(isSound(host.send(i, topic, bytes))).toBe(true)
    },
  )

  test.prop([fc.array(fc.tuple(verb, fc.array(change, { maxLength: 3 })), { maxLength: 5 })], { numRuns: 500 })(
    'nearly right break nothing either',
    (messages) => {
      const host = new Host()
      host.send(0, 'g/NBIRTH/n', birth)
      for (const [i, [topic, changes]] of messages.entries()) {
        let bytes = Uint8Array.from(birth)
        for (const { at, to, cut } of changes) {
          bytes[at % bytes.length] = to
          if (cut % 4 === 0) bytes = bytes.slice(0, Math.max(1, cut % bytes.length))
        }
        expect(isSound(host.send(i, topic, bytes))).toBe(true)
        host.tick(i, i)
        host.save()
      }
      host.restart()
    },
  )
})
