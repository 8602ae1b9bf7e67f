// @module-tag slow

import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../src/base/plant.js'
import { recomputedPoints } from '../../../src/kpi/offline/points.js'
import { backdated } from '../../../src/kpi/settings/backdated.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { at, register } from '../../support/carbon.js'
import { Bench, plantOf } from '../../support/engine.js'
import { offlineOf } from '../../support/offline.js'

/** Proves that a device which is configured only later holds from the day that its configuration names, and that nothing else moves. */

const FROM = '2025-07-01'
const KPIS = ['energy_elec_import', 'energy_unmetered', 'data_completeness', 'peak_demand_15']
const DAYS = ['2025-07-01T00:00Z', '2025-07-03T12:00Z'] as const
const BEGUN = at('2025-07-03T13:00Z')
const ADOPTED = at('2025-07-03T14:00Z')
const DAY = { kpi: 'energy_elec_import', window: '1d' } as const

/** 96 kWh a day at the grid, of which two submeters see 48 and 24. */
const sent = [
  ...register('main', 'elec_import_kwh', DAYS, 240),
  ...register('press', 'elec_import_kwh', DAYS, 120),
  ...register('weld', 'elec_import_kwh', DAYS, 60),
]

const adopted = (of: Readonly<Record<string, unknown>> = { holds_from: FROM }) => [
  { id: 'main', line: 'l', role: 'main', ...of },
  { id: 'press', line: 'l', role: 'sub', parent: 'main', ...of },
  { id: 'weld', line: 'l', role: 'sub', parent: 'main', ...of },
]

const plantWith = (devices: readonly object[], of: object = {}) =>
  plantOf({ kpis: KPIS, lines: [{ id: 'l' }], ...of, devices })

describe('statements', () => {
  const piecesOf = (...stated: readonly (readonly [fromMs: number, plant: PlantOptions | null])[]) =>
    backdated(stated.map(([fromMs, options]) => ({ fromMs, options }))).map(({ place, fromMs, options, early }) => ({
      place,
      fromMs,
      devices: options?.devices.map(({ id, role }) => `${id} ${role}`) ?? null,
      early: early.map(({ device }) => device.id),
    }))
  const empty = plantWith([])
  const midnight = at('2025-07-01T00:00Z')
  const whole = (place: number, fromMs: number, devices: readonly string[] | null) => ({
    place,
    fromMs,
    devices,
    early: [],
  })

  test('without the setting each is for its own time', () => {
    expect(piecesOf([5, empty], [9, plantWith([{ id: 'a', role: 'sub' }])])).toEqual([
      whole(0, 5, []),
      whole(1, 9, ['a sub']),
    ])
  })

  test('the time before the first one is parted at the day', () => {
    const later = plantWith([{ id: 'a', role: 'sub', holds_from: FROM }])
    expect(piecesOf([BEGUN, empty], [ADOPTED, later])).toEqual([
      whole(0, BEGUN, []),
      { place: 0, fromMs: midnight, devices: ['a sub'], early: ['a'] },
      whole(1, ADOPTED, ['a sub']),
    ])
  })

  test('a later edit of the device says nothing of the time before it was configured', () => {
    const [first, second] = ['sub', 'main'].map((role) => plantWith([{ id: 'a', role, holds_from: FROM }]))
    expect(piecesOf([BEGUN, empty], [ADOPTED, first!], [ADOPTED + 1, second!])).toEqual([
      whole(0, BEGUN, []),
      { place: 0, fromMs: midnight, devices: ['a sub'], early: ['a'] },
      whole(1, ADOPTED, ['a sub']),
      whole(2, ADOPTED + 1, ['a main']),
    ])
  })

  test('where the newest one no longer names the device nothing of it is left before', () => {
    const first = plantWith([{ id: 'a', role: 'sub', holds_from: FROM }])
    expect(piecesOf([BEGUN, empty], [ADOPTED, first], [ADOPTED + 1, empty])).toEqual([
      whole(0, BEGUN, []),
      whole(1, ADOPTED, ['a sub']),
      whole(2, ADOPTED + 1, []),
    ])
  })

  test('a device that was taken out and came back is as it came back, wherever it was not configured', () => {
    const [first, again] = ['sub', 'main'].map((role) => plantWith([{ id: 'a', role, holds_from: FROM }]))
    const [one, two, three] = [BEGUN, ADOPTED, ADOPTED + 10]
    expect(piecesOf([at('2025-06-01T00:00Z'), empty], [one, first!], [two, empty], [three, again!])).toEqual([
      whole(0, at('2025-06-01T00:00Z'), []),
      { place: 0, fromMs: midnight, devices: ['a main'], early: ['a'] },
      whole(1, one, ['a sub']),
      { place: 2, fromMs: two, devices: ['a main'], early: ['a'] },
      whole(3, three, ['a main']),
    ])
  })

  test('the first one holds for all time before it as it is, and so does a day behind the change', () => {
    const of = (holds_from: string) => plantWith([{ id: 'a', role: 'sub', holds_from }])
    expect(piecesOf([BEGUN, of(FROM)])).toEqual([whole(0, BEGUN, ['a sub'])])
    expect(piecesOf([BEGUN, empty], [ADOPTED, of('2025-07-04')])).toEqual([
      whole(0, BEGUN, []),
      whole(1, ADOPTED, ['a sub']),
    ])
  })

  test('a configuration without the plant takes nothing of its past away', () => {
    const later = plantWith([{ id: 'a', role: 'sub', holds_from: FROM }])
    const [, edited] = ['sub', 'main'].map((role) => plantWith([{ id: 'a', role, holds_from: FROM }]))
    const past = [whole(0, BEGUN, []), { place: 0, fromMs: midnight, devices: ['a sub'], early: ['a'] }]
    const gone = [whole(1, ADOPTED, ['a sub']), whole(2, ADOPTED + 1, null)]
    expect(piecesOf([BEGUN, empty], [ADOPTED, later], [ADOPTED + 1, null])).toEqual([...past, ...gone])
    expect(piecesOf([BEGUN, empty], [ADOPTED, later], [ADOPTED + 1, null], [ADOPTED + 2, edited!])).toEqual([
      ...past,
      ...gone,
      whole(3, ADOPTED + 2, ['a main']),
    ])
  })

  test('a plant that is not configured for a while stays so', () => {
    const later = plantWith([{ id: 'a', role: 'sub', holds_from: FROM }])
    expect(piecesOf([5, empty], [at('2025-06-30T00:00Z'), null], [ADOPTED, later])).toEqual([
      whole(0, 5, []),
      whole(1, at('2025-06-30T00:00Z'), null),
      whole(2, ADOPTED, ['a sub']),
    ])
  })
})

describe('figures of days before devices were adopted', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.open([plantWith([])], BEGUN)
    await bench.feed(sent, ADOPTED - 60_000)
  })
  afterEach(() => bench.close())

  const dayOf = (date: string) => bench.point({ ...DAY, start: `${date}T00:00Z` })

  async function configured(devices: readonly object[], fromMs = ADOPTED): Promise<void> {
    await bench.configure([plantWith(devices)], fromMs)
    bench.tick(fromMs + 60_000)
    await bench.settle()
  }

  test('count every meter without the setting, and stay so', async () => {
    expect(await dayOf('2025-07-02')).toMatchObject({ value: 168 })
    await configured(adopted({}))
    expect(await dayOf('2025-07-02')).toMatchObject({ value: 168 })
  })

  test('are those of the tree with it, as if the devices had been configured all along', async () => {
    await configured(adopted())
    expect(await dayOf('2025-07-01')).toMatchObject({ value: 96, coverage: 1 })
    expect(await dayOf('2025-07-02')).toMatchObject({ value: 96, coverage: 1 })
    const known = await Bench.open([plantWith(adopted())], BEGUN)
    await known.feed(sent, ADOPTED + 60_000)
    expect(await figuresOf(bench)).toEqual(await figuresOf(known))
    await known.close()
  })

  test('are the same after a kill before they were made again', async () => {
    await bench.configure([plantWith(adopted())], ADOPTED)
    await bench.restart()
    bench.tick(ADOPTED + 60_000)
    await bench.settle()
    expect(await dayOf('2025-07-02')).toMatchObject({ value: 96 })
    const settled = await figuresOf(bench)
    await bench.restart()
    await bench.settle()
    expect(await figuresOf(bench)).toEqual(settled)
  })

  test('are those that the verifier makes', async () => {
    await configured(adopted())
    const span = { fromMs: at('2025-07-01T00:00Z'), toMs: at('2025-07-03T00:00Z') }
    const { input } = await offlineOf(bench, span)
    const again: Point[] = []
    for await (const point of recomputedPoints(input, {
      ...span,
      windows: ['1h', '1d'],
      scopes: ['plant', 'line', 'device'],
      kpis: null,
    })) {
      again.push(point)
    }
    const own = await figuresOf(bench)
    expect(again.length).toBeGreaterThan(100)
    for (const point of again) expect(own.get(windowKey(point)), windowKey(point)).toEqual(figureOf(point))
  })

  test('are listed as restated, by a configuration', async () => {
    await configured(adopted())
    const query = { plant: 'p', kpi: DAY.kpi, fromMs: 0, toMs: 8.64e15, afterNumber: 0, limit: 1000 }
    const restated = await bench.engine.restatements.list(query)
    const start = at('2025-07-01T00:00Z')
    const days = restated.filter(
      ({ window, scope, startMs }) => window === '1d' && scope === 'plant' && startMs === start,
    )
    expect(days).toMatchObject([{ before: { value: 168 }, after: { value: 96 }, reason: 'configuration' }])
  })

  test('are those of before again when the change is undone, and the same over many changes and undos', async () => {
    const before = await figuresOf(bench)
    for (let i = 0; i < 3; i++) {
      await configured(adopted(), ADOPTED + i * 1000)
      expect(await dayOf('2025-07-02')).toMatchObject({ value: 96 })
      await configured([], ADOPTED + i * 1000 + 500)
      expect(await dayOf('2025-07-02')).toMatchObject({ value: 168 })
    }
    const after = await figuresOf(bench)
    const differing = [...before].filter(([key, figure]) => JSON.stringify(after.get(key)) !== JSON.stringify(figure))
    expect(differing).toEqual([])
    expect([bench.engine.isFreshPending, bench.engine.isLatePending]).toEqual([false, false])
  })

  test('do not change with a later edit of the device', async () => {
    await configured(adopted())
    await configured([{ id: 'main', line: 'l', role: 'sub', holds_from: FROM }, ...adopted().slice(1)], ADOPTED + 1000)
    expect(await dayOf('2025-07-02')).toMatchObject({ value: 96 })
  })

  test('take the ratio of a register along, without a jump where it was configured', async () => {
    const ratio = { elec_import_kwh: { multiplier: 10 } }
    await configured([{ id: 'main', line: 'l', role: 'main', holds_from: FROM, metrics: ratio }])
    expect(await dayOf('2025-07-01')).toMatchObject({ value: 960 })
    expect(await dayOf('2025-07-02')).toMatchObject({ value: 960 })
    expect(await bench.point({ ...DAY, window: '1h', start: '2025-07-03T10:00Z' })).toMatchObject({ value: 40 })
  })
})

describe('the ratio of a register', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.open([plantWith([])], BEGUN)
    await bench.feed(sent, ADOPTED - 60_000)
  })
  afterEach(() => bench.close())

  const MAIN = { id: 'main', line: 'l', role: 'main', metrics: { elec_import_kwh: { multiplier: 10 } } }
  const configured = async (devices: readonly object[], fromMs: number): Promise<void> => {
    await bench.configure([plantWith(devices)], fromMs)
    bench.tick(fromMs + 60_000)
    await bench.settle()
  }

  test('leaves nothing behind once it is undone', async () => {
    const before = await figuresOf(bench)
    await configured([{ ...MAIN, holds_from: '2025-07-02' }], ADOPTED)
    const hour = { ...DAY, window: '1h', start: '2025-07-02T00:00Z' } as const
    expect((await bench.point(hour))?.value).toBeGreaterThan(30)
    await configured([], ADOPTED + 1000)
    const after = await figuresOf(bench)
    expect([...before].filter(([key, figure]) => !isDeepStrictEqual(after.get(key), figure))).toEqual([])
    await bench.restart()
    await bench.settle()
    expect(await figuresOf(bench)).toEqual(after)
  })

  test('makes no jump where it was configured once the day is written down', async () => {
    const known = async (devices: readonly object[], later: readonly object[] = devices) => {
      const other = await Bench.open([plantWith([])], at('2025-07-02T00:00Z'))
      await other.configure([plantWith(devices)], at('2025-07-02T10:32Z'))
      await other.feed(sent, ADOPTED - 60_000)
      await other.configure([plantWith(later)], ADOPTED)
      other.tick(ADOPTED + 60_000)
      await other.settle()
      const figures = await figuresOf(other)
      await other.close()
      return figures
    }
    const early = [{ ...MAIN, holds_from: FROM }]
    expect(await known([MAIN], early)).toEqual(await known(early))
  })

  test('has the figures of a plant that was so all along, over months too', async () => {
    await configured([{ ...MAIN, holds_from: '2025-06-01' }], ADOPTED)
    const known = await Bench.open([plantWith([{ ...MAIN, holds_from: '2025-06-01' }])], BEGUN)
    await known.feed(sent, ADOPTED + 60_000)
    const month = { ...DAY, window: '1mo', start: '2025-07-01T00:00Z' } as const
    const own = await bench.point(month)
    expect(own).toMatchObject({ value: 2400 })
    expect(figureOf(own!)).toEqual(figureOf((await known.point(month))!))
    await known.close()
  })
})

test('a line that was configured with the device has its figures before too', async () => {
  const bench = await Bench.open([plantWith([], { lines: [] })], BEGUN)
  await bench.feed(sent, ADOPTED - 60_000)
  const devices = [{ id: 'main', line: 'other', role: 'main', holds_from: FROM }]
  await bench.configure([plantWith(devices, { lines: [{ id: 'other' }] })], ADOPTED)
  bench.tick(ADOPTED + 60_000)
  await bench.settle()
  const day = { ...DAY, scope: 'line', id: 'other', start: '2025-07-02T00:00Z' } as const
  expect(await bench.point(day)).toMatchObject({ value: 96 })
  await bench.close()
})

async function figuresOf(bench: Bench): Promise<Map<string, object>> {
  const points = (await bench.points()).filter(({ provisional, endMs }) => !provisional && endMs <= at(DAYS[1]))
  return new Map(points.map((point) => [windowKey(point), figureOf(point)]))
}

function figureOf({ value, numerator, denominator, coverage, reason, flags }: Point): object {
  return { value, numerator, denominator, coverage, reason, flags }
}
