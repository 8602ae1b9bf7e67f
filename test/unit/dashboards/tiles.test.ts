import { describe, expect, it } from 'vitest'
import { axisTicks, chartDomain, domainOf } from '../../../dashboards/src/chart/domain.js'
import { alarmOf, tileModel } from '../../../dashboards/src/tiles/model.js'
import { isExpected, pillarRuns, TILES, tileFigures } from '../../../dashboards/src/tiles/tiles.js'
import type { KpiInfo } from '../../../src/base/kpi.js'
import type { PlantNode, Target } from '../../../src/base/wire.js'
import { anAlarm as alarm } from '../../support/alarm.js'
import { aPlant } from './plant.js'
import { hourPoint } from './point.js'

const demand: KpiInfo = {
  id: 'peak_demand_15',
  name: { en: '15-min demand', zh: '15 分钟需量' },
  unit: 'kW',
  formula: '',
  formula_zh: '',
  source: '',
  source_zh: '',
  confidence: 'project',
  example: '',
  pillar: 'green',
  shape: 'level',
  windows: ['1h', '1d'],
  scopes: ['plant'],
  members: '',
  members_zh: '',
  nulls: '',
  nulls_zh: '',
}
const today = (value: number | null) => hourPoint(0, value, { kpi: 'peak_demand_15', window: '1d', unit: 'kW' })
const limit: Target = { kpi: 'peak_demand_15', window: '1d', max: 1150 }
const tile = { info: demand, window: '1d', isAwaited: true } as const
const fresh = { nowMs: 1_000, newestMs: 0 }

describe('the condition of a tile', () => {
  it('is quiet below its limit and at it, and told above', () => {
    expect(tileModel(tile, today(1149), [limit], fresh).condition).toBe('normal')
    expect(tileModel(tile, today(1150), [limit], fresh).condition).toBe('normal')
    expect(tileModel(tile, today(1151), [limit], fresh).condition).toBe('missed')
  })

  it('a target is missed from the other side', () => {
    const target: Target = { kpi: 'peak_demand_15', window: '1d', min: 1150 }
    expect(tileModel(tile, today(1149), [target], fresh).reference).toEqual({
      kind: 'target',
      value: 1150,
      isMissed: true,
    })
    expect(tileModel(tile, today(1150), [target], fresh).condition).toBe('normal')
  })

  it('a budget of which more is better is a plan, missed when its window is over and not before', () => {
    const plan: Target = { kpi: 'good_units', window: '1d', budget: 900 }
    const made = { ...tile, info: { ...demand, id: 'good_units', shape: 'sum' as const } }
    const pieces = (value: number, provisional: boolean) =>
      hourPoint(0, value, { kpi: 'good_units', window: '1d', provisional })
    expect(tileModel(made, pieces(950, false), [plan], fresh).condition).toBe('normal')
    expect(tileModel(made, pieces(100, true), [plan], fresh).condition).toBe('normal')
    expect(tileModel(made, pieces(899, false), [plan], fresh).reference).toEqual({
      kind: 'plan',
      value: 900,
      isMissed: true,
    })
  })

  it('has no reference that was not configured', () => {
    expect(tileModel(tile, today(900), [], fresh).reference).toBeNull()
    expect(tileModel(tile, today(900), [{ ...limit, window: '1h' }], fresh).reference).toBeNull()
    expect(tileModel(tile, today(900), [{ ...limit, kpi: 'oee' }], fresh).reference).toBeNull()
  })

  it('grows old after 15 minutes without data', () => {
    expect(tileModel(tile, today(900), [], { nowMs: 900_000, newestMs: 0 }).condition).toBe('normal')
    expect(tileModel(tile, today(900), [], { nowMs: 900_001, newestMs: 0 }).condition).toBe('stale')
  })

  it('null is told before old, and nothing yet before all', () => {
    expect(tileModel(tile, today(null), [], { nowMs: 1e9, newestMs: 0 }).condition).toBe('null')
    expect(tileModel(tile, undefined, [], { nowMs: 1e9, newestMs: -Infinity }).condition).toBe('waiting')
  })

  it('what nothing in the plant measures is absent, not awaited', () => {
    expect(tileModel({ ...tile, isAwaited: false }, undefined, [], fresh).condition).toBe('absent')
    expect(tileModel({ ...tile, isAwaited: false }, today(900), [], fresh).condition).toBe('normal')
  })

  it('an hour is compared with the limit of the hour', () => {
    const ofHour: Target = { ...limit, window: '1h' }
    expect(tileModel({ ...tile, window: '1h' }, hourPoint(8, 1200), [limit, ofHour], fresh).reference?.value).toBe(1150)
    expect(tileModel({ ...tile, window: '1h' }, hourPoint(8, 1200), [limit], fresh).reference).toBeNull()
  })
})

describe('the alarm of a tile', () => {
  const NOW = Date.parse('2026-11-24T08:42:00Z')
  const of = (...alarms: readonly ReturnType<typeof alarm>[]) => alarmOf(alarms, 'p', 'oee', NOW)?.id

  it('is that of its figure, wherever in the plant, the most severe of them', () => {
    const machine = { kpi: 'oee', scope: 'device', scope_id: 'mill-1' } as const
    expect(of(alarm('a', machine), alarm('b', { ...machine, severity: 'major' }))).toBe('b')
    expect(of(alarm('a', { kpi: 'fpy' }))).toBeUndefined()
    expect(of(alarm('a', { kpi: 'oee', plant: 'dresden-1' }))).toBeUndefined()
  })

  it('one that nobody has taken on goes before a worse one that somebody has', () => {
    const acked = alarm('acked', { kpi: 'oee', severity: 'critical', state: 'active_ack' })
    expect(of(acked, alarm('new', { kpi: 'oee' }))).toBe('new')
    expect(of(acked)).toBe('acked')
  })

  it('one that is over or put aside marks no tile', () => {
    const over = { state: 'cleared_unack', cleared_at: '2026-11-24T08:30:00Z' } as const
    expect(of(alarm('a', { kpi: 'oee', ...over }))).toBeUndefined()
    expect(of(alarm('a', { kpi: 'oee', shelved_until: '2026-11-24T09:00:00Z' }))).toBeUndefined()
  })
})

describe('the balance line', () => {
  it.each([
    ['level', 0.3],
    ['level', 700],
    ['ratio', 0.95],
  ] as const)('lies half-way up for a %s of %d', (shape, balance) => {
    const points = [hourPoint(8, balance * 0.9), hourPoint(9, balance * 1.05)]
    const { min, max } = domainOf(points, shape, balance)
    expect((balance - min) / (max - min)).toBeCloseTo(0.5)
    expect(min).toBeLessThanOrEqual(balance * 0.9)
  })

  it('sums and levels start at zero, ratios do not', () => {
    const points = [hourPoint(8, 90), hourPoint(9, 100)]
    expect(domainOf(points, 'sum', null).min).toBe(0)
    expect(domainOf(points, 'level', null).min).toBe(0)
    expect(domainOf(points, 'ratio', null).min).toBeGreaterThan(0)
  })

  it('holds without any point', () => {
    expect(domainOf([], 'sum', null)).toEqual({ min: 0, max: 1 })
    const { min, max } = domainOf([], 'ratio', null)
    expect(max).toBeGreaterThan(min)
  })
})

describe('the numbers of an axis', () => {
  it.each([
    [0, 216],
    [0, 1.02],
    [0.931, 0.9601],
    [0, 9_999],
    [0, 1_150],
    [-3, 17],
    [98.9, 100.1],
  ])('from %d to %d are round, hold all and are at most five', (min, max) => {
    const ticks = axisTicks({ min, max })
    expect(ticks.length).toBeLessThanOrEqual(5)
    expect(ticks.length).toBeGreaterThanOrEqual(2)
    expect(ticks[0]).toBeLessThanOrEqual(min)
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(max)
  })

  it('hold the limit as well as the values', () => {
    expect(chartDomain([hourPoint(8, 300)], 'level', 1150).max).toBeGreaterThan(1150)
  })
})

describe('the tiles', () => {
  it('are those that the gateway reckons, in our order', () => {
    const effectiveness = { ...demand, id: 'oee', pillar: 'intelligent' as const }
    const other = { ...demand, id: 'something_else' }
    const catalogue = new Map([effectiveness, other, demand].map((k) => [k.id, k]))
    const figures = tileFigures(catalogue)
    expect(figures.map(({ info }) => info.id)).toEqual(['peak_demand_15', 'oee'])
    expect(pillarRuns(figures)).toEqual([
      { pillar: 'green', count: 1 },
      { pillar: 'intelligent', count: 1 },
    ])
  })

  it('wait for a figure where a device is to send it, or one may that is not configured', () => {
    const nox = TILES.find(({ kpi }) => kpi === 'pollutant_mean_nox')!
    expect(isExpected(nox, plantOf('main', 'stack'))).toBe(true)
    expect(isExpected(nox, plantOf(null))).toBe(true)
    expect(isExpected(nox, plantOf('main', 'robot'))).toBe(false)
  })
})

function plantOf(...roles: readonly (string | null)[]): PlantNode {
  return aPlant(roles.map((role, i) => ({ id: `device-${i}`, role })))
}
