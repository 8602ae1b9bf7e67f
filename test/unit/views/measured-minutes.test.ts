// @module-tag slow

import { afterEach, describe, expect, test } from 'vitest'
import { toWire } from '../../../src/kpi/windows/point.js'
import { historyWithMemory } from '../../../src/pipeline/history-with-memory.js'
import { measuredOf } from '../../../src/views/measured-minutes.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { pointAt } from './examples.js'

/** The block goes on for ten minutes; readings begin before it. */
const START_MS = Date.parse('2026-03-02T10:00:00Z')
const [FROM_MS, NOW_MS] = [START_MS - 16 * 60_000, START_MS + 10 * 60_000]

/** A meter that counts 2 a minute, and the time at which it falls silent. */
interface SendingMeter {
  readonly id: string
  readonly role?: 'main'
  readonly metric: 'elec_import_kwh' | 'water_fresh_m3'
  readonly periodMs: number
  readonly untilMs: number
}

const main = (id: string, periodS: number, untilMs = NOW_MS): SendingMeter => {
  return { id, role: 'main', metric: 'elec_import_kwh', periodMs: periodS * 1000, untilMs }
}
const water: SendingMeter = { id: 'water', metric: 'water_fresh_m3', periodMs: 900_000, untilMs: NOW_MS }

/** Readings of a meter in (fromMs, toMs]. */
function sentBy({ id, metric, periodMs, untilMs }: SendingMeter, fromMs: number, toMs: number) {
  const count = Math.floor((toMs - FROM_MS) / periodMs) - Math.floor((fromMs - FROM_MS) / periodMs)
  const last = Math.floor((toMs - FROM_MS) / periodMs)
  return Array.from({ length: count }, (_, i) => FROM_MS + (last - count + 1 + i) * periodMs)
    .filter((ts) => ts <= untilMs)
    .map((ts) => reading({ device: id, metric, ts, value: 1000 + (2 * (ts - FROM_MS)) / 60_000 }))
}

let bench: Bench
afterEach(() => bench?.close())

/** Energy of the block and its minutes so far, as the engine has them while nobody looks at devices. */
async function measuredBy(...meters: readonly SendingMeter[]) {
  const devices = meters.map(({ id, role, metric, periodMs }) => {
    return { id, role, metrics: { [metric]: { period_s: periodMs / 1000 } } }
  })
  bench = await Bench.open([plantOf({ lines: [{ id: 'l', name: {} }], devices })], FROM_MS)
  bench.engine.isWatched = (_, scope) => scope !== 'device'
  for (let ms = FROM_MS; ms <= NOW_MS; ms += 30_000) {
    const sent = meters.flatMap((meter) => sentBy(meter, ms - 30_000, ms))
    await bench.feed(
      sent.sort((a, b) => a.ts - b.ts),
      ms,
    )
  }
  const minutesOf = async (scope: 'plant' | 'device', id: string) => {
    const stream = { plant: 'p', scope, id, kpi: 'energy_elec_import', window: '1m' } as const
    const range = { fromMs: START_MS, toMs: START_MS + 900_000, afterMs: null, limit: 15 }
    return (await historyWithMemory(bench.store, bench.engine, { ...stream, ...range })).map(toWire)
  }
  // A main meter that never sent has no figures, so whoever asks does not know it.
  const known = new Set(bench.engine.latest('p').map(({ stream }) => stream.id))
  const mains = meters.filter(({ id, role }) => role === 'main' && known.has(id))
  const ofMains = await Promise.all(mains.map(({ id }) => minutesOf('device', id)))
  const measured = measuredOf({ startMs: START_MS, minutes: await minutesOf('plant', 'p'), mains: ofMains })
  return measured === null ? null : [Number(measured.kwh.toFixed(6)), (measured.untilMs - START_MS) / 60_000]
}

describe('what the running block has measured', () => {
  test('goes on with a main meter, whatever sends each quarter of an hour', async () => {
    expect(await measuredBy(main('m1', 1), water)).toEqual([18, 9])
    await bench.close()
    expect(await measuredBy(main('m1', 60), main('m2', 1), water)).toEqual([36, 9])
  })

  test('stops at the slower of two main meters', async () => {
    expect(await measuredBy(main('m1', 60), main('m2', 300))).toEqual([32, 8])
  })

  test('waits for the whole plant where a main meter does not know its minutes', async () => {
    expect(await measuredBy(main('m1', 60), main('m2', 300), water)).toBeNull()
  })

  test('stops where a main meter falls silent, and is not known where one is', async () => {
    expect(await measuredBy(main('m1', 1), main('m2', 1, START_MS + 180_000))).toEqual([12, 3])
    await bench.close()
    expect(await measuredBy(main('m1', 1), main('m2', 1, START_MS - 300_000), water)).toBeNull()
    await bench.close()
    expect(await measuredBy(main('m1', 1), main('m2', 1, FROM_MS - 1), water)).toBeNull()
  })
})

test('a provisional minute counts where it is the sum of what all main meters are past', () => {
  const open = { provisional: true, value: 8 }
  const measured = (plant: object, ...mains: readonly object[]) =>
    measuredOf({
      startMs: Date.parse('2026-11-24T00:00:00Z'),
      minutes: [pointAt(0, plant)],
      mains: mains.map((changes) => [pointAt(0, { scope: 'device', ...changes })]),
    })?.kwh ?? null
  expect(measured(open, { value: 5 }, { value: 3 })).toBe(8)
  expect(measured(open)).toBeNull()
  expect(measured(open, { value: 5 }, { value: 3, provisional: true })).toBeNull()
  expect(measured(open, { value: 5 }, { value: 3, coverage: 0.9 })).toBeNull()
  expect(measured(open, { value: 5 }, { value: null }, { value: 3 })).toBeNull()
  // The plant's own was computed before the second meter got past it.
  expect(measured({ ...open, value: 5 }, { value: 5 }, { value: 3 })).toBeNull()
  expect(measured({ value: 8, coverage: 0.8 })).toBeNull()
})
