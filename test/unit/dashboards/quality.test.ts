import { describe, expect, it } from 'vitest'
import {
  characteristicsOf,
  histogramOf,
  limitsOf,
  listedOf,
  shareAxisStart,
  withLater,
} from '../../../dashboards/src/plant/quality.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { NullReason } from '../../../src/base/reasons.js'
import type { EventItem } from '../../../src/base/records.js'
import { hourPoint } from './point.js'

function figures(values: Readonly<Record<string, number | NullReason>>): (kpi: string) => KpiPoint | undefined {
  return (kpi) => {
    const value = values[kpi]
    if (value === undefined) return undefined
    return typeof value === 'number' ? hourPoint(0, value, { kpi }) : hourPoint(0, null, { kpi, reason: value })
  }
}

describe('the list of capabilities', () => {
  it('has only what exists', () => {
    const listed = listedOf(figures({ cp: 1.5, cpk: 1.4, scrap_ratio: 0.01 }))
    expect(listed.map(({ kpi }) => kpi)).toEqual(['cp', 'cpk', 'scrap_ratio'])
  })

  it('has one index where there is one limit: without a width there is no Cp and no Pp', () => {
    const listed = listedOf(figures({ cp: 'bad_config', cpk: 1.4, pp: 'bad_config', ppk: 'low_sample' }))
    expect(listed.map(({ kpi }) => kpi)).toEqual(['cpk', 'ppk'])
  })

  it('says of all of them that no limit is configured', () => {
    const listed = listedOf(figures({ cp: 'bad_config', cpk: 'bad_config' }))
    expect(listed.map(({ reason }) => reason)).toEqual(['bad_config', 'bad_config'])
  })
})

describe('a distribution', () => {
  it('counts every value once, those on the border of a class in the class above', () => {
    const values = Array.from({ length: 200 }, (_, i) => 24.9 + (i % 21) / 100)
    const histogram = histogramOf(values)!
    expect(histogram.counts.reduce((sum, count) => sum + count)).toBe(200)
    expect(histogram.fromValue).toBeCloseTo(24.9)
    expect(histogram.counts.length).toBeGreaterThanOrEqual(8)
    expect(histogram.counts.length).toBeLessThanOrEqual(25)
  })

  it('is not drawn of values that do not differ, or of a handful', () => {
    expect(histogramOf([5, 5, 5, 5, 5, 5])).toBeNull()
    expect(histogramOf([1, 2, 3])).toBeNull()
  })

  it('is one for each characteristic of each device, what is no number left out', () => {
    const event = (device: string, char: string, value: unknown): EventItem => {
      const ts = '2026-11-24T08:00:00Z'
      return { id: '1', type: 'measure', line: 'hall', device, ts, received_at: ts, fields: { char, value } }
    }
    const events = [
      event('g-1', 'bore', 1),
      event('g-2', 'bore', 2),
      event('g-2', 'bore', 3),
      event('g-1', 'bore', 'x'),
    ]
    expect(characteristicsOf(events).map(({ key, values }) => [key, values])).toEqual([
      ['g-2/bore', [2, 3]],
      ['g-1/bore', [1]],
    ])
  })
})

describe('values that are read on from the last one', () => {
  const measured = (second: number): EventItem => {
    const ts = new Date(Date.UTC(2026, 10, 24, 8, 0, second)).toISOString()
    return { id: `m${second}`, type: 'measure', line: 'hall', device: 'g-1', ts, received_at: ts, fields: {} }
  }
  const some = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => measured(from + i))

  it('stand once and in the order of time, late ones in their place', () => {
    const known = { events: [measured(1), measured(3)], isCut: true }
    const all = withLater(known, { events: [measured(2), measured(3), measured(4)], isCut: false })
    expect(all.events.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3', 'm4'])
    expect(all.isCut).toBe(false)
  })

  it('are the newest where there are more than are kept, and it stays said', () => {
    const full = withLater({ events: some(0, 9_999), isCut: false }, { events: some(9_999, 10_002), isCut: false })
    expect([full.events.length, full.events[0]?.id, full.isCut]).toEqual([10_000, 'm2', true])
    expect(withLater(full, { events: [measured(10_001)], isCut: false }).isCut).toBe(true)
  })
})

it('the axis of yields holds the target, the worst line and 100 %, and is never without length', () => {
  expect(shareAxisStart([0.99, 0.96], 0.975)).toBeCloseTo(0.95)
  expect(shareAxisStart([1, 1], null)).toBeCloseTo(0.99)
  expect(shareAxisStart([0.1], 0.975)).toBe(0)
})

it('limits on one device go before those for all', () => {
  const all = [
    { id: 'bore', lsl: 24.9, usl: 25.1 },
    { id: 'bore', device: 'mill-2', usl: 25.05 },
  ]
  expect(limitsOf(all, { char: 'bore', device: 'mill-1' })).toEqual({ id: 'bore', lsl: 24.9, usl: 25.1 })
  expect(limitsOf(all, { char: 'bore', device: 'mill-2' })).toEqual({ id: 'bore', device: 'mill-2', usl: 25.05 })
  expect(limitsOf(all, { char: 'length', device: 'mill-1' })).toBeNull()
})
