import { describe, expect, it } from 'vitest'
import { axisStart, type LossRow, lossesOf, shownPercent } from '../../../dashboards/src/plant/losses.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { hourPoint } from './point.js'

interface Day {
  readonly plannedS: number
  readonly times: Readonly<Record<string, number>>
  readonly availability: number | null
  readonly effectiveness: number | null
  readonly quality: number | null
  readonly oee: number | null
}

/** The figures of one day as the API gives them. */
function figuresOf(day: Day): (kpi: string) => KpiPoint | undefined {
  const values: Record<string, number | null> = {
    availability: day.availability,
    effectiveness: day.effectiveness,
    quality_ratio: day.quality,
    oee: day.oee,
    ...Object.fromEntries(Object.entries(day.times).map(([state, seconds]) => [`time_${state}`, seconds])),
  }
  return (kpi) => {
    const value = values[kpi]
    return value === undefined ? undefined : hourPoint(0, value, { kpi, window: '1d', denominator: day.plannedS })
  }
}

const takenOff = (rows: readonly LossRow[]) =>
  rows.filter(({ kind }) => kind === 'loss').reduce((sum, { from, to }) => sum + from - to, 0)

/** Planned for 7 h: 373 min of work, the rest in five causes. */
const O3: Day = {
  plannedS: 25_200,
  times: { setup: 900, idle_starved: 300, idle_blocked: 420, held: 180, down_fault: 1020, break: 3600 },
  availability: 22_380 / 25_200,
  effectiveness: 19_271 / 22_380,
  quality: 18_848 / 19_271,
  oee: 18_848 / 25_200,
}

describe('the losses of a day', () => {
  it('add up to the OEE of the API, and each follows where the one before it ended', () => {
    const { rows, missing } = lossesOf(figuresOf(O3))
    expect(missing).toBeNull()
    expect(1 - takenOff(rows)).toBeCloseTo(18_848 / 25_200, 12)
    expect(rows.at(-1)).toEqual({ id: 'oee', kind: 'total', from: 0, to: O3.oee })
    let left = 1
    for (const { kind, from, to } of rows) {
      if (kind === 'loss') expect(from).toBeCloseTo(left, 12)
      else expect(to).toBeCloseTo(left, 12)
      left = to
    }
  })

  it('of causes that explain all need no rest', () => {
    expect(lossesOf(figuresOf(O3)).rows.map(({ id }) => id)).toEqual([
      'planned',
      'SETUP',
      'IDLE_STARVED',
      'IDLE_BLOCKED',
      'HELD',
      'DOWN_FAULT',
      'availability',
      'speed',
      'rejects',
      'oee',
    ])
  })

  it('show what no cause explains as a row of its own', () => {
    const { rows } = lossesOf(figuresOf({ ...O3, times: { setup: 900 } }))
    const rest = rows.find(({ id }) => id === 'rest')!
    expect(rest.from - rest.to).toBeCloseTo(1920 / 25_200, 12)
    expect(1 - takenOff(rows)).toBeCloseTo(O3.oee!, 12)
  })

  it('give back what causes outside the planned time take too much', () => {
    const { rows } = lossesOf(figuresOf({ ...O3, times: { ...O3.times, down_fault: 5000 } }))
    const rest = rows.find(({ id }) => id === 'rest')!
    expect(rest.to).toBeGreaterThan(rest.from)
    expect(1 - takenOff(rows)).toBeCloseTo(O3.oee!, 12)
  })

  it('tell when the OEE is that of fewer machines than its factors', () => {
    const { rows } = lossesOf(figuresOf({ ...O3, oee: 0.7 }))
    const rest = rows.at(-2)!
    expect(rest.id).toBe('rest')
    expect(rest.from - rest.to).toBeCloseTo(O3.oee! - 0.7, 12)
  })

  it('count time without an order only as far as it can have been planned', () => {
    const times = { ...O3.times, idle_no_order: 50_000, setup: 0 }
    const order = lossesOf(figuresOf({ ...O3, times })).rows.find(({ id }) => id === 'no_order')!
    expect(order.from - order.to).toBeCloseTo(900 / 25_200, 12)
  })

  it('end at an OEE of zero on a day on which nothing was made', () => {
    const times = { idle_no_order: 25_200 }
    const idle = { ...O3, times, availability: 0, effectiveness: null, quality: null, oee: 0 }
    const { rows, missing } = lossesOf(figuresOf(idle))
    expect(missing).toBeNull()
    expect(rows.map(({ id, to }) => [id, to])).toEqual([
      ['planned', 1],
      ['no_order', 0],
      ['availability', 0],
      ['oee', 0],
    ])
  })

  it('end above the factor of which there is no value', () => {
    const { rows, missing } = lossesOf(figuresOf({ ...O3, effectiveness: null, oee: null }))
    expect(missing).toBe('effectiveness')
    expect(rows.at(-1)?.id).toBe('availability')
    expect(lossesOf(() => undefined)).toMatchObject({ rows: [], missing: 'availability' })
  })
})

describe('on the page', () => {
  const { rows } = lossesOf(figuresOf(O3))

  it('the rounded figures add up too', () => {
    const shown = rows.filter(({ kind }) => kind === 'loss').reduce((sum, row) => sum + shownPercent(row, 1), 100)
    expect(shown).toBeCloseTo(shownPercent(rows.at(-1)!, 1), 9)
    expect(shownPercent(rows.at(-1)!, 1)).toBe(74.8)
  })

  it('the axis begins below everything that is drawn, at zero where that is near', () => {
    expect(axisStart(rows, null)).toBeCloseTo(0.6)
    expect(axisStart(rows, 0.5)).toBeCloseTo(0.4)
    expect(axisStart(lossesOf(figuresOf({ ...O3, oee: 0.2 })).rows, null)).toBe(0)
  })
})
