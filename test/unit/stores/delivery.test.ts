import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { StoreOutbox } from '../../../src/stores/outbox.js'
import type { StoreBatch, WriteOutcome } from '../../../src/stores/store.js'
import { Bench, blockOf, plantOf, reading } from '../../support/engine.js'
import { Delivered, ScriptedStore } from '../../support/scripted-store.js'

const TS = Date.parse('2025-07-01T10:00:00Z')
const kwh = (ts: number, value: number, of = {}) => reading({ metric: 'elec_import_kwh', ts, value, ...of })

let bench: Bench
let delivered: Delivered
let store: ScriptedStore
beforeEach(async () => {
  bench = await Bench.open()
  delivered = Delivered.of(bench)
  store = delivered.store
})
afterEach(() => bench.close())

const readings = () => [...store.rows].filter(([key]) => key.includes('/'))

test('what is archived reaches the store once, and not again after a restart', async () => {
  await bench.commit([kwh(TS, 1), kwh(TS + 1000, 2)])
  await bench.commit([kwh(TS + 2000, 3)])
  await delivered.run()
  expect(readings()).toEqual([0, 1, 2].map((i) => [`l/m1 elec_import_kwh ${TS + i * 1000}`, i + 1]))
  const before = store.batches.length
  await bench.restart()
  await delivered.run()
  expect(store.batches.length).toBe(before)
  await bench.commit([kwh(TS + 3000, 4)])
  await delivered.run()
  expect([...store.batches.at(-1)!.samples].map(({ ts }) => ts)).toEqual([TS + 3000])
})

test('messages of one device with one time are one sample', async () => {
  await bench.commit([kwh(TS, 1), kwh(TS + 1000, 2), reading({ metric: 'elec_import_kw', ts: TS, value: 7 })])
  await delivered.run()
  expect([...store.batches[0]!.samples].map(({ ts, metrics }) => [ts, metrics])).toEqual([
    [TS, ['elec_import_kwh', 'elec_import_kw']],
    [TS + 1000, ['elec_import_kwh']],
  ])
})

test('what the journal has besides readings and points does not leave the store behind', async () => {
  await bench.commit([kwh(TS, 1)])
  const head = { position: 1_000_000, change: bench.store.changesEnd }
  const delivery = await delivered.run({ head: () => ({ ...head }) })
  // Ticks, in the time between two looks at what there is.
  head.position += 5
  expect(delivery.isCurrent).toBe(false)
  await delivery.countPending()
  expect(delivery.isCurrent).toBe(true)
  expect(delivery.pending).toEqual({ readings: 0, finalPoints: 0, provisionalPoints: 0 })
  head.position += 1
  expect(delivery.isCurrent).toBe(false)
})

test('and a reading that waits does, also when it is counted', async () => {
  await bench.commit([kwh(TS, 1)])
  const delivery = await delivered.run()
  await bench.commit([kwh(TS + 1000, 2)])
  await delivery.countPending()
  expect(delivery.isCurrent).toBe(false)
  expect(delivery.pending.readings).toBe(1)
})

test('a batch that is not certain comes again, after pauses that grow and are as long as the server asks', async () => {
  await bench.commit([kwh(TS, 1)])
  store.answers = [
    { kind: 'busy', retryAfterMs: null, reason: 'refused' },
    { kind: 'busy', retryAfterMs: null, reason: 'refused' },
    { kind: 'busy', retryAfterMs: 7000, reason: 'too many requests' },
    'lost',
  ]
  await delivered.run()
  expect(delivered.pausesMs.slice(0, 4)).toEqual([500, 1000, 7000, 4000])
  expect(readings()).toEqual([[`l/m1 elec_import_kwh ${TS}`, 1]])
})

test('trouble is said in one line, its end in another', async () => {
  await bench.commit([kwh(TS, 1)])
  store.answers = Array.from({ length: 5 }, () => ({ kind: 'busy', retryAfterMs: null, reason: 'no route' }) as const)
  await delivered.run()
  expect(delivered.said).toEqual([
    'scripted takes nothing, it gets everything later: no route',
    'scripted takes what it is given again, after 16 s',
  ])
})

test('what is refused is kept with the words of the server, and the rest is stored', async () => {
  await bench.commit([kwh(TS, 1), reading({ metric: 'elec_import_kw', ts: TS, value: 7 }), kwh(TS + 1000, 2)])
  store.refuses = (key) => key.includes(`elec_import_kw ${TS}`)
  const { refusals, writes } = await delivered.run()
  expect(readings().map(([, value]) => value)).toEqual([1, 2])
  expect(refusals.counts).toEqual({ readings: 1, finalPoints: 0 })
  expect(writes).toEqual({ stored: 2, refused: 1, busy: 0 })
  const [newest] = await refusals.newest({ before: null, limit: 10 })
  expect(newest?.item).toMatchObject({
    time: new Date(TS).toISOString(),
    plant: 'p',
    device: 'm1',
    metric: 'elec_import_kw',
    detail: 'field type conflict',
  })
})

test('a refused reading that is taken later is not refused any more', async () => {
  await bench.commit([kwh(TS, 1), kwh(TS + 1000, 2)])
  store.refuses = () => true
  await delivered.run()
  store.refuses = () => false
  const { refusals } = await delivered.run({}, { fromMs: TS, toMs: TS + 1 })
  expect(refusals.counts.readings).toBe(1)
  expect(readings()).toEqual([[`l/m1 elec_import_kwh ${TS}`, 1]])
})

test('a server that holds nothing of ours any more gets everything again', async () => {
  await bench.commit([kwh(TS, 1)])
  await delivered.run()
  store.rows.clear()
  store.marks.clear()
  await bench.commit([kwh(TS + 1000, 2)])
  await delivered.run()
  expect(readings().map(([, value]) => value)).toEqual([1, 2])
  expect(delivered.said).toEqual(['scripted holds nothing of this gateway any more: everything is written to it again'])
})

test('a stretch of time is written again, and nothing beside it', async () => {
  await bench.commit([0, 1, 2, 3].map((i) => kwh(TS + i * 1000, i)))
  await delivered.run()
  store.rows.clear()
  const { refill } = await delivered.run({}, { fromMs: TS + 1000, toMs: TS + 3000 })
  expect(refill).toMatchObject({ readings: 2, isDone: true })
  expect(readings().map(([, value]) => value)).toEqual([1, 2])
})

test('a reading that came under another line stays there, however often it is written', async () => {
  await bench.commit([kwh(TS, 1)])
  await bench.commit([kwh(TS + 1000, 2, { line: 'press' })])
  await bench.restart()
  await delivered.run({}, { fromMs: 0, toMs: TS + 1e6 })
  expect(readings().map(([key]) => key)).toEqual([
    `l/m1 elec_import_kwh ${TS}`,
    `press/m1 elec_import_kwh ${TS + 1000}`,
  ])
})

test('the quality of a sample is that of all its readings, also of those that came before', async () => {
  const nox = (quality: number, value = 5) => reading({ metric: 'nox_mgm3', ts: TS, value, quality })
  await bench.commit([nox(4)])
  await delivered.run()
  await bench.commit([reading({ metric: 'so2_mgm3', ts: TS, value: 1, quality: 5 })])
  await delivered.run()
  expect(store.qualities.get(`m1 ${TS}`)).toBe('{"so2_mgm3":5,"nox_mgm3":4}')
  await bench.commit([nox(0)])
  await delivered.run()
  expect(store.qualities.get(`m1 ${TS}`)).toBe('{"so2_mgm3":5}')
})

test('series over the budget are refused and counted, those that were there first are not', async () => {
  await bench.commit([kwh(TS, 1), kwh(TS, 2, { device: 'm2' }), kwh(TS, 3, { device: 'm3' })])
  const { refusals } = await delivered.run({ seriesMax: 2 })
  expect(readings().map(([, value]) => value)).toEqual([1, 2])
  expect(refusals.counts.readings).toBe(1)
  expect(delivered.said).toEqual([
    'scripted is not given all: it would be one series more than the budget of 2 (series_max)',
  ])
})

test('a window that had a value and has none any more is erased first', async () => {
  await bench.close()
  bench = await Bench.open([plantOf({ devices: [{ id: 'm1', role: 'main' }] })], 0)
  delivered = Delivered.of(bench)
  store = delivered.store
  const stream = {
    plant: 'p',
    scope: 'device',
    id: 'm1',
    kpi: 'energy_elec_import',
    window: '1h',
    unit: 'kWh',
  } as const
  const figure = {
    reason: '',
    numerator: 1,
    denominator: 1,
    coverage: 1,
    estimatedShare: 0,
    flags: 0,
    factors: [],
  } as const
  const point = { stream, startMs: TS, endMs: TS + 3_600_000, ...figure, value: 1, provisional: true, rev: 0 }
  await bench.store.write([point])
  await delivered.run()
  await bench.store.write([{ ...point, value: null, reason: 'low_coverage', provisional: false }])
  await delivered.run()
  expect(store.batches.map(({ erased }) => erased.map(({ startMs }) => startMs))).toEqual([[], [TS]])
  // The next state of it has nothing to erase but is not known to: once erased, for good.
  await bench.store.remove([point])
  await delivered.run()
  expect(store.batches.at(-1)?.erased).toEqual([{ stream, startMs: TS }])
  expect([...store.rows.keys()]).toEqual([])
})

/** Answers the second of two batches that are under way before the first, as a server may. */
class Overtaking extends ScriptedStore {
  #first: (() => void) | null = null
  override async write(batch: StoreBatch): Promise<WriteOutcome> {
    if (this.#first !== null) {
      const outcome = await super.write(batch)
      this.#first()
      return outcome
    }
    // The first waits for a second that never comes when the two are not to be under way together.
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#first = resolve
      }),
      new Promise((resolve) => setTimeout(resolve, 200)),
    ])
    this.#first = null
    return super.write(batch)
  }
}

test('a quality that comes with the next batch is the last word, though batches may overtake each other', async () => {
  delivered = Delivered.of(bench, new Overtaking())
  const others = Array.from({ length: 5000 }, (_, i) => kwh(TS + i, i, { device: 'other' }))
  const { archive } = bench
  // It was there before the readings came, and takes them for new.
  const outbox = new StoreOutbox(bench.database, archive, bench.store)
  const at = (position: number, readings: readonly Reading[]) =>
    archive.commit({
      readings: blockOf(readings, position),
      events: [],
      progress: () => ({ position, nowMs: TS }),
    })
  await at(0, [kwh(TS, 1)])
  for (let i = 0; i < others.length; i += 500) await at(i + 1, others.slice(i, i + 500))
  await at(5001, [reading({ metric: 'elec_import_kw', ts: TS, value: 7, quality: 3 })])
  await delivered.run({ outbox, head: () => ({ position: 6000, change: 0 }) })
  expect(delivered.store.qualities.get(`m1 ${TS}`)).toBe('{"elec_import_kw":3}')
})

test('a window that had gone and is made again is there, whatever is under way', async () => {
  delivered = Delivered.of(bench, new Overtaking())
  const stream = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import', window: '1d', unit: 'kWh' } as const
  const figure = {
    reason: '',
    numerator: 1,
    denominator: 1,
    coverage: 1,
    estimatedShare: 0,
    flags: 0,
    factors: [],
  } as const
  const point = { stream, startMs: TS, endMs: TS + 1, ...figure, value: 5, provisional: true, rev: 0 }
  await bench.store.write([point])
  await bench.store.remove([point])
  bench.store.startAt(5000)
  await bench.store.write([point])
  await delivered.run()
  expect([...delivered.store.rows.values()]).toEqual([5])
})

test('who asks for a stretch to be written again learns of its end, though the server turns out to be empty', async () => {
  await bench.commit([kwh(TS, 1)])
  await delivered.run()
  store.marks.clear()
  store.rows.clear()
  const { refill } = await delivered.run({}, { fromMs: 0, toMs: 1e13 })
  expect(refill?.isDone).toBe(true)
  expect(readings().map(([, value]) => value)).toEqual([1])
})

test('devices of one name on two lines keep their readings apart, message by message', async () => {
  const lines = ['a', 'b', 'a', 'a', 'b']
  for (const [i, line] of lines.entries()) await bench.commit([kwh(TS + i * 1000, i, { line })])
  await bench.restart()
  await delivered.run({}, { fromMs: 0, toMs: TS + 1e6 })
  expect(readings().map(([key]) => key.slice(0, 1))).toEqual(lines)
})
