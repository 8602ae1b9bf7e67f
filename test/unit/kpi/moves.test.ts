// @module-tag slow

import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../src/base/plant.js'
import { backdated } from '../../../src/kpi/settings/backdated.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { at, register } from '../../support/carbon.js'
import { Bench, plantOf } from '../../support/engine.js'
import { recomputedDifferences } from '../../support/offline.js'

/** Proves that a device which had moved before the configuration said so stands on its new line from the day of the move on, and nothing else moves. */

const KPIS = ['energy_elec_import', 'energy_unmetered', 'data_completeness', 'peak_demand_15']
const DAYS = ['2025-07-01T00:00Z', '2025-07-03T12:00Z'] as const
const BEGUN = at('2025-06-01T00:00Z')
const TOLD = at('2025-07-03T14:00Z')

/** 96 kWh a day at the grid, of which two submeters see 48 and 24. */
const sent = [
  ...register('main', 'elec_import_kwh', DAYS, 240),
  ...register('press', 'elec_import_kwh', DAYS, 120),
  ...register('weld', 'elec_import_kwh', DAYS, 60),
]

const plantWith = (devices: readonly object[]) => plantOf({ kpis: KPIS, lines: [{ id: 'l' }, { id: 'm' }], devices })

describe('moves that were told behind their day', () => {
  const day = (date: string) => at(`${date}T00:00Z`)
  const on = (line: string, ...moves: readonly (readonly [from: string, line: string])[]) =>
    plantWith([{ id: 'a', line, ...(moves.length > 0 && { moves: moves.map(([from, to]) => ({ from, line: to })) }) }])
  /** Begin of each piece, and the line on which the device stands in it. */
  const linesOf = (...stated: readonly (readonly [fromMs: number, plant: PlantOptions | null])[]) =>
    backdated(stated.map(([fromMs, options]) => ({ fromMs, options }))).map(({ fromMs, options, moved }) => [
      fromMs,
      options?.devices[0]?.line ?? null,
      ...moved.map(({ by }) => by.fromMs),
    ])
  const [first, told] = [day('2025-06-01'), day('2025-07-10')]

  test('hold from their day on, up to the configuration that tells them', () => {
    expect(linesOf([first, on('l')], [told, on('m', ['2025-07-01', 'm'])])).toEqual([
      [first, 'l'],
      [day('2025-07-01'), 'm', told],
      [told, 'm'],
    ])
  })

  test('stay where they were when the device moves again', () => {
    const again = day('2025-08-10')
    const twice = on('n', ['2025-07-01', 'm'], ['2025-08-01', 'n'])
    expect(linesOf([first, on('l')], [told, on('m', ['2025-07-01', 'm'])], [again, twice])).toEqual([
      [first, 'l'],
      [day('2025-07-01'), 'm', told],
      [told, 'm'],
      [day('2025-08-01'), 'n', again],
      [again, 'n'],
    ])
  })

  test('told later of an earlier day leave what is told of the later one', () => {
    const both = on('m', ['2025-06-20', 'k'], ['2025-07-01', 'm'])
    const later = told + 1000
    expect(linesOf([first, on('l')], [told, on('m', ['2025-07-01', 'm'])], [later, both])).toEqual([
      [first, 'l'],
      [day('2025-06-20'), 'k', later],
      [day('2025-07-01'), 'm', told],
      [told, 'm'],
      [later, 'm'],
    ])
  })

  test('are undone with the configuration that told them, and leave a later line as it is', () => {
    const moved = on('m', ['2025-07-01', 'm'])
    const whole = [first, told, told + 1, told + 2]
    expect(linesOf([first, on('l')], [told, moved], [told + 1, on('l')])).toEqual([
      [first, 'l'],
      [told, 'm'],
      [told + 1, 'l'],
    ])
    expect(linesOf([first, on('l')], [told, moved], [told + 1, on('l', ['2025-07-01', 'm'])])).toEqual([
      [first, 'l'],
      [day('2025-07-01'), 'm', told],
      [whole[1], 'm'],
      [whole[2], 'l'],
    ])
  })

  test('of the first configuration, or of a day that was not over, say nothing of before', () => {
    expect(linesOf([first, on('m', ['2025-05-01', 'm'])])).toEqual([[first, 'm']])
    expect(linesOf([first, on('l')], [told, on('m', ['2025-07-20', 'm'])])).toEqual([
      [first, 'l'],
      [told, 'm'],
    ])
  })

  test('move a device that holds from before its configuration too', () => {
    const adoptedOn = (line: string, moves: readonly object[]) =>
      plantWith([{ id: 'a', line, holds_from: '2025-07-01', moves }])
    const later = told + 1000
    expect(
      linesOf(
        [first, empty()],
        [told, adoptedOn('l', [])],
        [later, adoptedOn('m', [{ from: '2025-07-05', line: 'm' }])],
      ),
    ).toEqual([
      [first, null],
      [day('2025-07-01'), 'l'],
      [day('2025-07-05'), 'm', later],
      [told, 'm', later],
      [later, 'm'],
    ])
  })

  function empty(): PlantOptions {
    return plantWith([])
  }
})

describe('figures of lines', () => {
  let bench: Bench
  const pressOn = (line: string, of: object = {}) => [
    { id: 'main', line: 'l', role: 'main' },
    { id: 'press', line, role: 'sub', parent: 'main', ...of },
    { id: 'weld', line: 'l', role: 'sub', parent: 'main' },
  ]
  beforeEach(async () => {
    bench = await Bench.open([plantWith(pressOn('l'))], BEGUN)
    await bench.feed(sent, TOLD - 60_000)
  })
  afterEach(() => bench.close())

  async function configured(devices: readonly object[], fromMs: number): Promise<void> {
    await bench.configure([plantWith(devices)], fromMs)
    bench.tick(fromMs + 60_000)
    await bench.settle()
  }
  const submetered = async (line: string, date: string) => {
    const point = await bench.point({
      kpi: 'energy_elec_import',
      window: '1d',
      scope: 'line',
      id: line,
      start: `${date}T00:00Z`,
    })
    return point?.value ?? null
  }
  const MOVED = { moves: [{ from: '2025-07-02', line: 'm' }] }

  test('are made again from the day of a move on, listed as restated, and those of before again when it is undone', async () => {
    const before = await figuresOf(bench)
    expect([await submetered('m', '2025-07-01'), await submetered('m', '2025-07-02')]).toEqual([null, null])
    await configured(pressOn('m', MOVED), TOLD)
    expect(await submetered('m', '2025-07-01')).toBe(null)
    expect(await submetered('m', '2025-07-02')).toBe(48)
    const query = { plant: 'p', fromMs: 0, toMs: 8.64e15, afterNumber: 0, limit: 1000 }
    const restated = await bench.engine.restatements.list({ ...query, kpi: 'energy_unmetered' })
    expect(restated.every(({ reason }) => reason === 'configuration')).toBe(true)
    await configured(pressOn('l'), TOLD + 1000)
    const after = await figuresOf(bench)
    expect([...before].filter(([key, figure]) => !isDeepStrictEqual(after.get(key), figure))).toEqual([])
    expect(await submetered('m', '2025-07-02')).toBe(null)
  })

  test('are those of a device that had stood there, and those that the verifier makes', async () => {
    await configured(pressOn('m', MOVED), TOLD)
    const known = await Bench.open([plantWith(pressOn('l'))], BEGUN)
    await known.configure([plantWith(pressOn('m'))], at('2025-07-02T00:00Z'))
    await known.feed(sent, TOLD + 60_000)
    await known.settle()
    expect(await figuresOf(bench)).toEqual(await figuresOf(known))
    await known.close()
    const span = { fromMs: at('2025-07-01T00:00Z'), toMs: at('2025-07-03T00:00Z'), windows: ['1h', '1d'] as const }
    const { differences, compared } = await recomputedDifferences(bench, span)
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThan(100)
  })

  test('are the same after a kill before they were made again', async () => {
    await bench.configure([plantWith(pressOn('m', MOVED))], TOLD)
    await bench.restart()
    bench.tick(TOLD + 60_000)
    await bench.settle()
    expect(await submetered('m', '2025-07-02')).toBe(48)
  })
})

async function figuresOf(bench: Bench): Promise<Map<string, object>> {
  const points = (await bench.points()).filter(({ provisional, endMs }) => !provisional && endMs <= at(DAYS[1]))
  return new Map(points.map((point) => [windowKey(point), figureOf(point)]))
}

function figureOf({ value, numerator, denominator, coverage, reason, flags }: Point): object {
  return { value, numerator, denominator, coverage, reason, flags }
}
