/** Readings that came without a time: each stays a reading of its own, whatever the clock of the machine does. */
import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, reading } from '../../support/engine.js'

const TS = Date.parse('2026-11-24T08:00:00Z')
const METRIC = 'elec_import_kwh'
const RANGE = { fromMs: 0, toMs: TS + 1e9, limit: 10_000, sincePosition: 0 }

const arrived = (atMs: number, value: number): Reading =>
  reading({ metric: METRIC, ts: TS + atMs, value, tsAssumed: true })

async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = await Bench.open()
  try {
    return await work(bench)
  } finally {
    await bench.close()
  }
}

async function kept(bench: Bench): Promise<(readonly [atMs: number, value: number | string])[]> {
  const series = bench.archive.series.find('p', 'm1', METRIC)
  if (series === undefined) return []
  return (await bench.archive.readings(series, RANGE)).map(({ ts, value }) => [ts - TS, value] as const)
}

test('three in one millisecond are three readings, each a millisecond behind the one before', () =>
  withBench(async (bench) => {
    expect(await bench.commit([arrived(0, 5), arrived(0, 5), arrived(0, 7)])).toEqual({
      archived: 3,
      duplicate: 0,
      conflict: 0,
    })
    expect(await kept(bench)).toEqual([
      [0, 5],
      [1, 5],
      [2, 7],
    ])
  }))

test('after a restart in that millisecond the next one is a reading too', () =>
  withBench(async (bench) => {
    await bench.commit([arrived(0, 5), arrived(0, 6)])
    await bench.restart()
    expect(await bench.commit([arrived(0, 7), arrived(1, 8)])).toMatchObject({ archived: 2 })
    expect((await kept(bench)).map(([at]) => at)).toEqual([0, 1, 2, 3])
  }))

test('when the clock was set back they lie between those of before, and take the place of none', () =>
  withBench(async (bench) => {
    await bench.commit([arrived(0, 1), arrived(10, 2), arrived(20, 3)])
    expect(await bench.commit([arrived(10, 4), arrived(15, 5), arrived(20, 6), arrived(30, 7)])).toMatchObject({
      archived: 4,
      conflict: 0,
    })
    expect((await kept(bench)).map(([at]) => at)).toEqual([0, 10, 11, 15, 20, 21, 30])
  }))

test('a time that a device gave stays where it is', () =>
  withBench(async (bench) => {
    const sent = reading({ metric: METRIC, ts: TS, value: 1 })
    await bench.commit([sent, arrived(0, 2)])
    expect(await bench.commit([sent])).toMatchObject({ duplicate: 1 })
    expect(await kept(bench)).toEqual([
      [0, 1],
      [1, 2],
    ])
  }))

test('two thousand in one millisecond go beyond what is looked at first', () =>
  withBench(async (bench) => {
    const many = Array.from({ length: 1000 }, (_, i) => arrived(0, i))
    await bench.commit([arrived(5000, 0)])
    expect(await bench.commit(many)).toMatchObject({ archived: 1000 })
    expect(await bench.commit(many)).toMatchObject({ archived: 1000 })
    expect((await kept(bench)).map(([at]) => at)).toEqual([...Array.from({ length: 2000 }, (_, i) => i), 5000])
  }))

property.prop(
  [
    fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 3 })), { maxLength: 40 }),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean()), { maxLength: 40 }),
  ],
  { numRuns: Number(process.env.PROPERTY_RUNS ?? 8) },
)('however the journal is cut into blocks, they have the same times', async (sent, cuts) => {
  const readings = sent.map(([atMs, value]) => arrived(atMs, value))
  const whole = await withBench(async (bench) => {
    expect(await bench.commit(readings)).toEqual({ archived: readings.length, duplicate: 0, conflict: 0 })
    return kept(bench)
  })
  expect(whole).toHaveLength(readings.length)
  const inPieces = await withBench(async (bench) => {
    let at = 0
    for (const [length, isRestarted] of cuts) {
      await bench.commit(readings.slice(at, at + length))
      at += length
      if (isRestarted) await bench.restart()
    }
    await bench.commit(readings.slice(at))
    return kept(bench)
  })
  expect(inPieces).toEqual(whole)
})
