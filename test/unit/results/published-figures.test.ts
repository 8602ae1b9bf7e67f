import { describe, expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { EARLIER_MAX, FIGURES_MAX, type MessagesOf, PublishedFigures } from '../../../src/results/published-figures.js'

/** Proves which points are published and when, and that what waits for a broker that takes nothing is bounded. */

const OPTIONS = { kpis: ['oee'], scopes: ['plant' as const], windows: ['1h' as const], every_s: 10 }

function point(hour: number, more: Partial<KpiPoint> = {}): KpiPoint {
  const [start, end] = [hour, hour + 1].map((at) => new Date(at * 3_600_000).toISOString())
  const name = { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee', window: '1h' } as const
  const basis = { numerator: 1, denominator: 2, coverage: 1, estimated_share: 0, flags: [], factors: [] }
  const value = { value: 0.5, unit: '1', reason: '', provisional: false, rev: 0 } as const
  return { ...name, start: start!, end: end!, ...value, ...basis, ...more }
}

const named: MessagesOf = (figure, { start }, state) => [
  { topic: `${figure.name.plant} ${state} ${start.slice(11, 13)}`, payload: '', retain: true },
]

function due(figures: PublishedFigures, nowMs: number, most = 100_000): readonly string[] {
  return figures.due(nowMs, most, named).map(({ topic }) => topic)
}

describe('windows that are over', () => {
  test('are published once each in their order, though several come at once', () => {
    const figures = new PublishedFigures(OPTIONS)
    for (const hour of [1, 2, 3]) figures.take(point(hour))
    expect(due(figures, 0)).toEqual(['p final 01', 'p final 02', 'p final 03'])
    figures.take(point(3))
    expect(due(figures, 1000)).toEqual([])
  })

  test('are published again only when they are restated, under another name than the newest', () => {
    const figures = new PublishedFigures(OPTIONS)
    for (const hour of [1, 2]) figures.take(point(hour))
    due(figures, 0)
    figures.take(point(1, { rev: 1, value: 0.4 }))
    figures.take(point(2, { rev: 1, value: 0.4 }))
    expect(due(figures, 1000)).toEqual(['p earlier 01', 'p final 02'])
  })
})

describe('a window that runs', () => {
  test('is published at once, then at its pace, and only when it has changed', () => {
    const figures = new PublishedFigures(OPTIONS)
    const running = (value: number | null) =>
      point(1, { provisional: true, value, ...(value === null && { reason: 'no_data' }) })
    figures.take(running(null))
    expect(due(figures, 0)).toEqual(['p running 01'])
    figures.take(running(0.1))
    figures.take(running(0.2))
    expect(due(figures, 9_999)).toEqual([])
    expect(due(figures, 10_000)).toEqual(['p running 01'])
    figures.take(running(0.2))
    expect(due(figures, 30_000)).toEqual([])
    // The clock of the machine was set back.
    figures.take(running(0.3))
    expect(due(figures, -50_000)).toEqual(['p running 01'])
  })

  test('does not give its place to a window before it that late data have changed and that is not final yet', () => {
    const figures = new PublishedFigures(OPTIONS)
    figures.take(point(1, { provisional: true, value: 0.1 }))
    figures.take(point(2, { provisional: true, value: 0.2 }))
    figures.take(point(1, { provisional: true, value: 0.3 }))
    expect(due(figures, 0)).toEqual(['p running 02'])
    figures.take(point(1, { provisional: true, value: 0.4 }))
    expect(due(figures, 10_000)).toEqual([])
    figures.take(point(1, { value: 0.4 }))
    expect(due(figures, 20_000)).toEqual(['p final 01'])
  })

  test('ends with its final point, at once', () => {
    const figures = new PublishedFigures(OPTIONS)
    figures.take(point(1, { provisional: true }))
    due(figures, 0)
    figures.take(point(1))
    figures.take(point(2, { provisional: true }))
    expect(due(figures, 1000)).toEqual(['p final 01'])
    expect(due(figures, 10_000)).toEqual(['p running 02'])
  })
})

describe('a broker that takes nothing', () => {
  test('makes a bounded number of points wait: of each figure the newest, and the last before', () => {
    const figures = new PublishedFigures(OPTIONS)
    const count = EARLIER_MAX + 11
    for (let hour = 0; hour < count; hour++) figures.take(point(hour))
    for (let second = 0; second < 100; second++) figures.take(point(count, { provisional: true, value: second }))
    expect(figures.takeLosses()).toEqual({ leftOut: 0, dropped: 10 })
    const messages = due(figures, 0)
    expect(messages).toHaveLength(EARLIER_MAX + 2)
    expect(messages.at(-1)).toMatch(/^p running/)
  })

  test('is given no more than it is asked for at once, the newest of a figure last', () => {
    const figures = new PublishedFigures(OPTIONS)
    for (let hour = 0; hour < 5; hour++) figures.take(point(hour))
    expect(due(figures, 0, 2)).toEqual(['p final 00', 'p final 01'])
    expect(due(figures, 0, 2)).toEqual(['p final 02', 'p final 03'])
    expect(due(figures, 0, 2)).toEqual(['p final 04'])
  })

  test('has figures up to a bound, and others are left out', () => {
    const figures = new PublishedFigures(OPTIONS)
    for (let n = 0; n <= FIGURES_MAX; n++) figures.take(point(1, { plant: `p-${n}` }))
    expect(figures.takeLosses()).toEqual({ leftOut: 1, dropped: 0 })
    expect(due(figures, 0)).toHaveLength(FIGURES_MAX)
    const [first] = figures.all
    figures.forget(first!)
    figures.take(point(1, { plant: 'another' }))
    expect(due(figures, 0)).toEqual(['another final 01'])
  })
})

test('only what was chosen is published', () => {
  const figures = new PublishedFigures({ ...OPTIONS, plants: ['p'] })
  figures.take(point(1, { kpi: 'fpy' }))
  figures.take(point(1, { window: '1d' }))
  figures.take(point(1, { scope: 'line', id: 'l' }))
  figures.take(point(1, { plant: 'q' }))
  expect(due(figures, 0)).toEqual([])
  const all = new PublishedFigures({ ...OPTIONS, kpis: ['*'] })
  all.take(point(1, { kpi: 'fpy' }))
  expect(due(all, 0)).toEqual(['p final 01'])
})
