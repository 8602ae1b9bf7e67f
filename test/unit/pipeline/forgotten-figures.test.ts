// @module-tag slow

import { describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../src/base/plant.js'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { at, level, register } from '../../support/carbon.js'
import { Bench, plantOf } from '../../support/engine.js'
import { forgetDevice } from './forgetting-device.js'

/** Proves that figures are those of a plant that has never heard of a device, once the device is forgotten. */

const CONFIGURED = at('2025-06-20T00:00Z')
const LATER = at('2025-07-06T00:00Z')
const EARLY = ['2025-07-01T06:00Z', '2025-07-01T10:00Z'] as const
const DAYS = ['2025-07-01T06:00Z', '2025-07-03T18:00Z'] as const

async function figuresAfter(
  plant: PlantOptions,
  { readings, events }: { readonly readings: readonly Reading[]; readonly events: readonly DeviceEvent[] },
  what: (bench: Bench) => Promise<void>,
) {
  const bench = await Bench.open([plant], CONFIGURED)
  try {
    await bench.commit(
      [...readings].sort((a, b) => a.ts - b.ts),
      events,
    )
    bench.tick(LATER)
    await bench.settle()
    await what(bench)
    await bench.settle()
    const points = (await bench.points()).filter(({ provisional }) => !provisional)
    // A window that was there without anybody else stays, without a figure.
    const known = points.filter(({ value }) => value !== null)
    return new Map(known.map((point) => [windowKey(point), figureOf(point)]))
  } finally {
    await bench.close()
  }
}

function figureOf({ value, numerator, denominator, coverage, reason, flags }: Point): object {
  return { value, numerator, denominator, coverage, reason, flags }
}

interface Forgotten {
  readonly devices?: readonly object[]
  readonly others: readonly Reading[]
  /** Metrics of the device `gone` that go alone; absent where all of it goes. */
  readonly metrics?: readonly string[]
  /** Readings that the device `gone` has sent. */
  readonly gone: readonly Reading[]
  readonly events?: readonly DeviceEvent[]
}

/** Parts that were checked in the morning of some days, each good. */
function checked(device: string, days: readonly string[], daysLater = 0): DeviceEvent[] {
  return days.map((day) => {
    const ts = at(`2025-07-${day}T08:30Z`) + daysLater * 86_400_000
    const fields = { serial: `part${day}`, op: 'a', result: 'pass', first_attempt: true }
    return { plant: 'p', line: 'l', device, id: `e${day}`, type: 'serial_result', ts, receivedAt: ts, fields }
  })
}

const analysis: DeviceEvent = {
  plant: 'p',
  line: 'l',
  device: 'gone',
  id: 'lab-1',
  type: 'fuel_quality',
  ts: at('2025-07-01T13:00Z'),
  receivedAt: at('2025-07-01T13:00Z'),
  fields: {
    fuel: 'diesel',
    ncv: 40,
    unit: 'GJ/t',
    valid_from: '2025-07-02',
    valid_to: '2025-07-03',
    author: 'li',
  },
}

const main = { id: 'main', role: 'main' }

const CASES: Readonly<Record<string, Forgotten>> = {
  'it sent beside others': {
    others: register('a', 'elec_import_kwh', DAYS, 70),
    gone: register('gone', 'elec_import_kwh', EARLY, 7),
  },
  'it sent while others were silent': {
    others: [
      ...level('a', 'elec_import_kw', EARLY, 5),
      ...level('a', 'elec_import_kw', ['2025-07-04T00:00Z', '2025-07-04T05:00Z'], 5),
    ],
    gone: level('gone', 'elec_import_kw', ['2025-07-02T20:00Z', '2025-07-02T23:00Z'], 5),
  },
  'it sent while a configured one was silent for long': {
    devices: [{ id: 'a', line: 'l', metrics: { elec_import_kw: { period_s: 300 } } }],
    others: [
      ...level('a', 'elec_import_kw', EARLY, 5),
      ...level('a', 'elec_import_kw', ['2025-07-04T00:00Z', '2025-07-04T05:00Z'], 5),
    ],
    gone: level('gone', 'elec_import_kw', ['2025-07-02T20:00Z', '2025-07-02T23:00Z'], 5),
  },
  'it sent before others': {
    others: level('a', 'elec_import_kw', ['2025-07-02T20:00Z', '2025-07-03T18:00Z'], 5),
    gone: level('gone', 'elec_import_kw', ['2025-07-01T06:00Z', '2025-07-02T22:00Z'], 5),
  },
  'generation beside a main meter': {
    devices: [main],
    others: [
      ...register('main', 'elec_import_kwh', DAYS, 70),
      ...register('m', 'parts_good', DAYS, 40),
      ...register('m', 'elec_submeter_kwh', DAYS, 9),
    ],
    gone: register('gone', 'renew_onsite_kwh', EARLY, 7),
  },
  'it sent often beside one that sends seldom': {
    devices: [{ id: 'a', line: 'l', metrics: { elec_submeter_kwh: { period_s: 3600 } } }],
    others: register('a', 'elec_submeter_kwh', DAYS, 70),
    gone: register('gone', 'elec_submeter_kwh', EARLY, 7),
  },
  'events at another time than its readings': {
    others: register('a', 'parts_good', DAYS, 70),
    gone: register('gone', 'parts_good', EARLY, 7),
    events: [...checked('a', ['01', '03']), ...checked('gone', ['02', '04'])],
  },
  'the first check of a part that another device checks later': {
    others: register('a', 'parts_good', DAYS, 70),
    gone: register('gone', 'parts_good', EARLY, 7),
    events: [...checked('a', ['05', '06']), ...checked('gone', ['05', '06'], -3)],
  },
  'an analysis of a fuel': {
    others: register('a', 'diesel_mass_t', DAYS, 70),
    gone: register('gone', 'parts_good', EARLY, 7),
    events: [analysis],
  },
  'one metric of it, under a name that counts for nothing': {
    metrics: ['elec_imprt_kwh'],
    others: [...register('a', 'elec_import_kwh', DAYS, 70), ...register('gone', 'elec_import_kwh', DAYS, 9)],
    gone: register('gone', 'elec_imprt_kwh', EARLY, 7),
  },
  'one metric of it, the register that went before its power': {
    metrics: ['elec_import_kwh'],
    others: [...register('a', 'elec_import_kwh', DAYS, 70), ...level('gone', 'elec_import_kw', DAYS, 5)],
    gone: register('gone', 'elec_import_kwh', EARLY, 7),
  },
  'one metric of a main meter of the configuration, with its events': {
    devices: [{ id: 'gone', role: 'main' }],
    metrics: ['renew_onsite_kwh'],
    others: [...register('gone', 'elec_import_kwh', DAYS, 70), ...register('m', 'parts_good', DAYS, 40)],
    gone: register('gone', 'renew_onsite_kwh', EARLY, 7),
    events: checked('gone', ['02', '03']),
  },
  'a machine with its meter': {
    others: [...register('m', 'parts_good', DAYS, 40), ...level('m', 'elec_import_kw', DAYS, 5)],
    gone: [...register('gone', 'parts_good', EARLY, 40), ...level('gone', 'elec_import_kw', DAYS, 5)],
  },
}

describe('figures are those of a plant that has never heard of a forgotten device', () => {
  test.each(Object.entries(CASES))('%s', async (_, { devices = [], others, gone, events = [], metrics }) => {
    const left = metrics === undefined ? events.filter(({ device }) => device !== 'gone') : events
    const plant = plantOf({ devices, grid_region: 'CN-JS' })
    const expected = await figuresAfter(plant, { readings: others, events: left }, () => Promise.resolve())
    expect(expected.size).toBeGreaterThan(100)
    const ways: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
      'goes on': (bench) => forgetDevice(bench, 'gone', metrics),
      'is killed': async (bench) => {
        await forgetDevice(bench, 'gone', metrics)
        await bench.restart()
      },
    }
    for (const [way, what] of Object.entries(ways)) {
      const found = await figuresAfter(plant, { readings: [...others, ...gone], events }, what)
      const differing = [...new Set([...expected.keys(), ...found.keys()])].filter((key) => {
        return JSON.stringify(found.get(key)) !== JSON.stringify(expected.get(key))
      })
      const shown = differing.map((key) => ({ key, found: found.get(key), expected: expected.get(key) }))
      expect(shown.slice(0, 4), way).toEqual([])
    }
  })
})

test('windows that only a forgotten device made stay without a figure when late readings of others change what is around them', async () => {
  const devices = [{ id: 'a', line: 'l', metrics: { elec_import_kw: { period_s: 300 } } }]
  const others = [
    ...level('a', 'elec_import_kw', EARLY, 5),
    ...level('a', 'elec_import_kw', ['2025-07-04T00:00Z', '2025-07-04T05:00Z'], 5),
  ]
  const late = level('a', 'elec_import_kw', ['2025-07-01T20:00Z', '2025-07-01T20:10Z'], 5)
  const gone = level('gone', 'elec_import_kw', ['2025-07-02T20:00Z', '2025-07-02T23:00Z'], 5)
  const plant = plantOf({ devices, grid_region: 'CN-JS' })
  const come = (bench: Bench) => bench.feed(late.map((one) => ({ ...one, receivedAt: LATER })))
  const expected = await figuresAfter(plant, { readings: others, events: [] }, come)
  const found = await figuresAfter(plant, { readings: [...others, ...gone], events: [] }, async (bench) => {
    await forgetDevice(bench, 'gone')
    await bench.settle()
    await come(bench)
  })
  expect([...found.keys()].filter((key) => !expected.has(key))).toEqual([])
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
})
