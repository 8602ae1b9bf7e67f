import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { QualityRank } from '../../../src/base/quality.js'
import { BatchSamples, SampleMemory } from '../../../src/stores/batch-samples.js'
import { bodiesOf } from '../../../src/stores/influx/batch-lines.js'
import { LineBytes } from '../../../src/stores/influx/line-bytes.js'
import { LineProtocolWriter } from '../../../src/stores/influx/schema.js'
import type { SampleSource, StoreSample } from '../../../src/stores/sample.js'
import type { ItemRefusal, StoreBatch } from '../../../src/stores/store.js'

const METRICS = ['elec_import_kwh', 'elec_import_kw', 'state', '温 度', 'bad\\']
const SOURCES: readonly SampleSource[] = ['m1', 'm 2', '机=3'].map((device) => ({
  plant: 'p',
  line: 'l',
  device,
  class: 'energy',
}))

const readingArbitrary = fc.record({
  source: fc.nat({ max: SOURCES.length - 1 }),
  ts: fc.integer({ min: -3, max: 12 }).map((second) => second * 1000),
  metric: fc.nat({ max: METRICS.length - 1 }),
  value: fc.oneof(
    fc.double({ noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom('running', 'say "stop"', '停机'),
  ),
  quality: fc.constantFrom<QualityRank[]>(0, 0, 0, 1, 2),
})
type Added = typeof readingArbitrary extends fc.Arbitrary<infer T> ? T : never

function columnsOf(readings: readonly Added[]): BatchSamples {
  const columns = new BatchSamples(readings.length, (id) => METRICS[id]!)
  for (const { source, ts, metric, value, quality } of readings) {
    const isWord = typeof value === 'string'
    const sample = columns.add(SOURCES[source]!, ts, metric, isWord ? Number.NaN : value)
    if (isWord) columns.word(value)
    if (quality > 0) columns.qualify(sample, metric, quality)
  }
  return columns
}

/** The same by maps of objects. */
function objectsOf(readings: readonly Added[]): StoreSample[] {
  const samples = new Map<string, StoreSample>()
  for (const { source, ts, metric, value, quality } of readings) {
    const key = `${source} ${ts}`
    const before = samples.get(key) ?? { source: SOURCES[source]!, ts, metrics: [], values: [], qualities: {} }
    samples.set(key, {
      ...before,
      metrics: [...before.metrics, METRICS[metric]!],
      values: [...before.values, value],
      qualities: quality > 0 ? { ...before.qualities, [METRICS[metric]!]: quality } : before.qualities,
    })
  }
  return [...samples.values()]
}

property.prop([fc.array(readingArbitrary, { maxLength: 60 })])(
  'readings of one source and instant are one sample, in whatever order they come',
  (readings) => {
    const columns = columnsOf(readings)
    const objects = objectsOf(readings)
    expect([...columns]).toEqual(objects)
    expect(columns.readings).toBe(readings.length)
    for (const [index, { source, ts, metrics }] of objects.entries()) {
      expect(columns.find(source, ts)).toBe(index)
      expect(columns.seriesIdsAt(index)).toEqual(metrics.map((metric) => METRICS.indexOf(metric)))
    }
    for (const [source, reach] of columns.reach) {
      const times = objects.filter((sample) => sample.source === source).map(({ ts }) => ts)
      expect(reach).toEqual({ fromMs: Math.min(...times), toMs: Math.max(...times) })
    }
  },
)

/** Path, lines and origins of all bodies, and what is refused. */
function packed(samples: StoreBatch['samples'], bytesMax: number) {
  const refused: ItemRefusal[] = []
  const paths = { readings: '/r', points: '/p' }
  const packing = { writer: new LineProtocolWriter(), bytesMax, paths, isMarkingRemoved: false }
  const bodies = [...bodiesOf({ samples, points: [], erased: [] }, packing, refused)].map((body) => {
    const lines = Array.from({ length: body.lines.length }, (_, i) => body.lines.at(i)!)
    return { path: body.path, text: body.lines.bytes.toString(), lines, origins: lines.map((_, i) => body.originOf(i)) }
  })
  return { bodies, refused }
}

property.prop([fc.array(readingArbitrary, { maxLength: 60 }), fc.constantFrom(1, 200, 1000, 100_000)])(
  'columns are written as the same lines as objects, and the same of them is refused',
  (readings, bytesMax) => {
    const ofColumns = packed(columnsOf(readings), bytesMax)
    expect(ofColumns).toEqual(packed(objectsOf(readings), bytesMax))
    for (const { text, lines } of ofColumns.bodies) expect(text).toBe(lines.join('\n'))
  },
)

test('a body has as many lines as fit, and a line that is longer than a body has one alone', () => {
  const readings = Array.from({ length: 100 }, (_, i) => ({ source: 0, ts: i * 1000, metric: 0, value: i, quality: 0 }))
  const { bodies } = packed(columnsOf(readings as Added[]), 1000)
  expect(bodies.flatMap(({ lines }) => lines)).toHaveLength(100)
  for (const { text } of bodies.slice(0, -1)) {
    expect(Buffer.byteLength(text)).toBeLessThan(1000)
    expect(Buffer.byteLength(text)).toBeGreaterThan(900)
  }
  expect(packed(columnsOf(readings as Added[]), 10).bodies).toHaveLength(100)
})

const numberText = (value: number) => {
  const lines = new LineBytes()
  lines.begin()
  lines.number(value)
  lines.end()
  return lines.at(0)
}
const decimal = fc
  .tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, scale]) => digits / 10 ** scale)

property.prop([fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), decimal)], {
  numRuns: 20_000,
})('a number is written as its shortest text', (value) => {
  expect(numberText(value)).toBe(String(value))
})

test('numbers at the edges of what is written digit by digit', () => {
  const edges = [
    0, -0, 0.1, 0.05, -0.0001, 0.00001, 9.9999, 99_999.99995, 1e14, 999_999_999_999_999, 1e15, 1e21, 5e-324,
  ]
  expect(edges.map(numberText)).toEqual(edges.map(String))
})

test('the memory of batches that have arrived is that of those which follow, and is let go when little comes', {
  tags: ['slow'],
}, () => {
  const memory = new SampleMemory()
  const sets = new Set<unknown>()
  const underWay: BatchSamples[] = []
  for (let i = 0; i < 100; i++) {
    const set = memory.take(20_000 + (i % 7) * 1000)
    sets.add(set)
    memory.give(set)
    underWay.push(new BatchSamples(30_000, () => 'm', memory))
    if (underWay.length === 3) underWay.shift()!.release()
  }
  expect(sets.size).toBeLessThanOrEqual(4)
  const [last] = underWay
  last!.add(SOURCES[0]!, 0, 0, 1)
  last!.release()
  expect([last!.length, last!.readings, [...last!]]).toEqual([0, 0, []])
  const kept = memory.take(30_000)
  memory.give(kept)
  memory.take(10)
  expect(memory.take(30_000)).not.toBe(kept)
})
