import { afterEach, expect, test } from 'vitest'
import { letGo } from '../../../src/archive/record/retention.js'
import { StreamQualities } from '../../../src/audit/report/stream-quality.js'
import type { Reading } from '../../../src/base/reading.js'
import { sourcesOf } from '../../support/bench-report.js'
import { Bench, reading } from '../../support/engine.js'

const HOUR = 3_600_000
const START = Date.parse('2026-10-01T00:30:00Z')
const SPAN = { fromMs: START, toMs: START + 48 * HOUR }

let bench: Bench
afterEach(() => bench.close())

function at(hours: number, of: Partial<Reading> = {}): Reading {
  const ts = START + hours * HOUR
  return reading({ metric: 'elec_import_kwh', ts, value: 1000 + hours, receivedAt: ts + 40, ...of })
}

/** Qualities of the streams by readings taken one by one, as the verifier does. */
function byHand(readings: readonly Reading[], span = SPAN) {
  const qualities = new StreamQualities(span)
  const key = ({ device, metric }: Reading) => `${device} ${metric}`
  const sorted = readings.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.ts - b.ts))
  for (const { tsAssumed, ...one } of sorted) qualities.add({ ...one, assumed: tsAssumed })
  return qualities.finish()
}

async function bySql(readings: readonly Reading[]) {
  bench = await Bench.open()
  await bench.commit(readings)
  return sourcesOf(bench).streams({ plant: 'p', ...SPAN })
}

test('silences of more than an hour are found between readings and at both ends; an hour to the millisecond is none', async () => {
  const readings = [at(-1), at(1.5), at(2.5), at(2.5 + 1 + 1 / HOUR), at(46.999), at(48)]
  const [stream] = await bySql(readings)
  expect(stream?.gaps.map(({ fromMs, toMs }) => [(fromMs - START) / HOUR, (toMs - START) / HOUR])).toEqual([
    [0, 1.5],
    [2.5, 2.5 + 1 + 1 / HOUR],
    [2.5 + 1 + 1 / HOUR, 46.999],
    [46.999, 48],
  ])
  expect(stream?.received).toBe(4)
  expect(byHand(readings)).toEqual([stream])
})

test('the database and the readings one by one tell the same of several series, late, assumed and bad ones', async () => {
  const readings = [
    ...Array.from({ length: 90 }, (_, i) =>
      at(i / 2, { quality: i % 7 === 0 ? 5 : 0, receivedAt: START + (i / 2) * HOUR + i * 37 }),
    ),
    ...Array.from({ length: 40 }, (_, i) =>
      at(i, {
        device: 'a-2',
        metric: 'ng_volume_nm3',
        receivedAt: START + i * HOUR + (i % 3 === 0 ? 25 * HOUR : -4200),
      }),
    ),
    ...Array.from({ length: 3 }, (_, i) => at(i * 9, { device: 'm1', metric: 'elec_import_kw', tsAssumed: true })),
    at(5, { device: 'x', metric: 'home_made', value: 3 }),
  ]
  const streams = await bySql(readings)
  expect(streams.map(({ device, metric }) => `${device} ${metric}`)).toEqual([
    'a-2 ng_volume_nm3',
    'm1 elec_import_kw',
    'm1 elec_import_kwh',
    'x home_made',
  ])
  expect(streams[0]).toMatchObject({ received: 40, late: 14, delayMs: -4200, byQuality: { good: 40 } })
  expect(streams[1]).toMatchObject({ assumedTime: 3 })
  expect(streams[2]).toMatchObject({ byQuality: { good: 77, fault: 13 }, delayMs: 1600 })
  expect(byHand(readings)).toEqual(streams)
})

test('weeks that are remembered tell of readings that came later, and of those that retention took', async () => {
  const WEEK = 168
  const span = { fromMs: START, toMs: START + 7 * WEEK * HOUR }
  bench = await Bench.open()
  const { streams } = sourcesOf(bench)
  const told = () => streams({ plant: 'p', ...span })
  const readings: Reading[] = []
  const come = async (more: readonly Reading[]) => {
    readings.push(...more)
    await bench.commit(more)
    expect(await told()).toEqual(byHand(readings, span))
  }
  // A week without any, and readings at both sides of the ends of weeks.
  await come(Array.from({ length: 1700 }, (_, i) => at(i * 0.7)).filter((_, i) => i < 300 || i > 600))
  await come([at(2.2 * WEEK), at(2.2 * WEEK + 0.5, { quality: 3 })])
  await come([at(0.1), at(5 * WEEK + 0.1, { device: 'late-1', receivedAt: START + 9 * WEEK * HOUR })])
  const day = Math.floor(START / 86_400_000) + 20
  await letGo(bench.database, { plant: 'p', day }, Number.MAX_SAFE_INTEGER)
  const left = readings.filter(({ ts }) => ts >= (day + 1) * 86_400_000)
  expect(await told()).toEqual(byHand(left, span))
})
