import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import { METRICS } from '../../../src/base/metrics.js'
import { emptySum, type PartialSum } from '../../../src/kpi/series/buckets.js'
import { Calendar } from '../../../src/kpi/series/calendar.js'
import { bucketsFrom, type FoldRules, SeriesFold } from '../../../src/kpi/series/fold.js'
import { foldRules } from '../../support/fold-rules.js'

const MINUTE_MS = 60_000
const at = (time: string) => Date.parse(`2025-07-01T${time}:00Z`)

type Sample = readonly [ms: number, value: number, quality?: number]

function rulesOf(metric: string, rules: Partial<FoldRules> = {}): FoldRules {
  return foldRules({ kind: METRICS.get(metric)!.kind, maxGapMs: 1_200_000, maxHoldMs: 300_000, ...rules })
}

function walkOf(samples: readonly Sample[], rules: FoldRules): SeriesFold {
  const fromMs = Math.floor(samples[0]![0] / 900_000) * 900_000
  const rulebook = [{ fromMs: 0, rules }]
  const fold = new SeriesFold(rulebook, { fromMs, state: null }, Infinity, bucketsFrom(rulebook, fromMs, true))
  fold.fold({
    ts: samples.map(([ms]) => ms),
    value: samples.map(([, value]) => value),
    quality: samples.map(([, , quality]) => quality ?? 0),
    marks: samples.map(() => 0),
  })
  return fold
}

function hour(fold: SeriesFold, start: string): PartialSum {
  const part = emptySum()
  fold.quarterHours.addTo(part, at(start), at(start) + 3_600_000)
  return part
}

function minute(fold: SeriesFold, start: string): PartialSum {
  const part = emptySum()
  fold.minutes?.addTo(part, at(start), at(start) + MINUTE_MS)
  return part
}

/** Each minute up to 09:50 and again from 10:20, 60 between (S6, S7). */
const withGap = (per: number): Sample[] => [
  ...Array.from({ length: 51 }, (_, i): Sample => [at('09:00') + i * MINUTE_MS, i * per]),
  ...Array.from({ length: 41 }, (_, i): Sample => [at('10:20') + i * MINUTE_MS, 50 * per + 60 + i * per]),
]

describe('a register is interpolated at the boundaries (KPI specification §5)', () => {
  test('S6: 60 kWh between 09:50 and 10:20 give 20 to hour 9 and 40 to hour 10, both estimated', () => {
    const fold = walkOf(withGap(0), rulesOf('elec_import_kwh'))
    expect(hour(fold, '09:00').sum).toBeCloseTo(20, 9)
    expect(hour(fold, '10:00').sum).toBeCloseTo(40, 9)
    expect(hour(fold, '09:00').estimatedMs).toBe(10 * MINUTE_MS)
    expect(hour(fold, '10:00').estimatedMs).toBe(20 * MINUTE_MS)
    for (const start of ['09:00', '10:00']) {
      expect(hour(fold, start).coveredMs).toBe(60 * MINUTE_MS)
      expect(flagsOf(hour(fold, start).flags)).toEqual(['estimated'])
    }
  })

  test('S7: pieces are not split: all 60 count where they were seen', () => {
    const fold = walkOf(withGap(0), rulesOf('parts_good'))
    expect(hour(fold, '09:00').sum).toBe(0)
    expect(hour(fold, '10:00').sum).toBe(60)
  })

  test('a step that ends on the boundary belongs to the window before it, the sample to the one after', () => {
    const fold = walkOf(
      [
        [at('09:59'), 0],
        [at('10:00'), 7],
      ],
      rulesOf('parts_good'),
    )
    expect(minute(fold, '09:59')).toMatchObject({ sum: 7, coveredMs: MINUTE_MS, count: 1 })
    expect(minute(fold, '10:00')).toMatchObject({ sum: 0, coveredMs: 0, count: 1 })
  })

  const register = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 100 })), {
      minLength: 1,
      maxLength: 60,
    })
    .map((steps) => {
      let ms = at('09:00')
      let level = 1000
      return steps.map(([afterS, rise]): Sample => {
        ms += afterS * 1000
        level += rise / 7
        return [ms, level]
      })
    })
  const noJumps = rulesOf('elec_import_kwh')

  property.prop([register])('the windows add up to the last register less the first', (samples) => {
    const fold = walkOf([[at('09:00'), 1000], ...samples], noJumps)
    const total = emptySum()
    fold.quarterHours.addTo(total, at('09:00'), Infinity)
    const [lastMs, last] = samples.at(-1)!
    // A jump that falls back is a glitch; here nothing falls.
    expect(total.sum).toBeCloseTo(last - 1000, 9)
    expect(total.coveredMs).toBe(lastMs - at('09:00'))
  })

  property.prop([register, fc.nat({ max: 500 })])(
    'a window split anywhere gives the same energy',
    (samples, minutes) => {
      const fold = walkOf([[at('09:00'), 1000], ...samples], noJumps)
      const whole = emptySum()
      const before = emptySum()
      const after = emptySum()
      const cut = at('09:00') + minutes * MINUTE_MS
      fold.minutes?.addTo(whole, at('09:00'), Infinity)
      fold.minutes?.addTo(before, at('09:00'), cut)
      fold.minutes?.addTo(after, cut, Infinity)
      expect(before.sum + after.sum).toBeCloseTo(whole.sum, 9)
      expect(before.coveredMs + after.coveredMs).toBe(whole.coveredMs)
    },
  )
})

describe('a level holds (KPI specification §1.4)', () => {
  test('until the next sample, and no longer than max_hold', () => {
    const fold = walkOf(
      [
        [at('09:00'), 6],
        [at('09:02'), 12],
        [at('09:30'), 0],
      ],
      rulesOf('elec_import_kw'),
    )
    expect(hour(fold, '09:00')).toMatchObject({ sum: (2 * 6 + 5 * 12) * MINUTE_MS, coveredMs: 7 * MINUTE_MS })
  })

  test('a sample of another quality ends the hold and covers nothing', () => {
    const fold = walkOf(
      [
        [at('09:00'), 6],
        [at('09:02'), 12, 5],
        [at('09:04'), 0],
      ],
      rulesOf('elec_import_kw'),
    )
    expect(hour(fold, '09:00')).toMatchObject({ sum: 12 * MINUTE_MS, coveredMs: 2 * MINUTE_MS, count: 3 })
  })

  test('a manual one holds and is estimated', () => {
    const fold = walkOf(
      [
        [at('09:00'), 6, 1],
        [at('09:02'), 12],
      ],
      rulesOf('elec_import_kw'),
    )
    expect(hour(fold, '09:00')).toMatchObject({ coveredMs: 2 * MINUTE_MS, estimatedMs: 2 * MINUTE_MS })
  })

  test('in a straight line where that is configured', () => {
    const fold = walkOf(
      [
        [at('09:00'), 0],
        [at('09:04'), 8],
      ],
      rulesOf('elec_import_kw', { interpolation: 'linear' }),
    )
    expect(hour(fold, '09:00').sum).toBe(16 * MINUTE_MS)
    expect(minute(fold, '09:00').sum).toBe(MINUTE_MS)
  })
})

describe('local days and hours (O19)', () => {
  const day = (zone: string, time: string) => new Calendar(zone).spanAt('1d', Date.parse(time))

  test.each([
    ['Europe/Berlin', '2024-03-31T12:00:00Z', '2024-03-30T23:00:00.000Z', 23],
    ['Europe/Berlin', '2024-10-27T12:00:00Z', '2024-10-26T22:00:00.000Z', 25],
    ['Asia/Shanghai', '2025-07-01T12:00:00Z', '2025-06-30T16:00:00.000Z', 24],
    ['Asia/Kolkata', '2025-07-01T12:00:00Z', '2025-06-30T18:30:00.000Z', 24],
  ])('%s at %s: the day starts %s and has %i hours', (zone, time, start, hours) => {
    const span = day(zone, time)
    expect(new Date(span.startMs).toISOString()).toBe(start)
    expect(span.endMs - span.startMs).toBe(hours * 3_600_000)
    expect([...new Calendar(zone).spans('1h', span.startMs, span.endMs)]).toHaveLength(hours)
  })

  test('hours at +05:30 begin at half past in UTC', () => {
    const span = new Calendar('Asia/Kolkata').spanAt('1h', Date.parse('2025-07-01T09:29:59Z'))
    expect(new Date(span.startMs).toISOString()).toBe('2025-07-01T08:30:00.000Z')
    expect(span.endMs - span.startMs).toBe(3_600_000)
  })
})
