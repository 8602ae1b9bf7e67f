// @module-tag slow

import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { plantOptions } from '../../src/base/plant.js'
import { bundledLibrary } from '../../src/kpi/factors/bundled.js'
import { type Buckets, emptySum } from '../../src/kpi/series/buckets.js'
import { ConnectionHistory } from '../../src/kpi/series/connection-history.js'
import { CounterFold } from '../../src/kpi/series/counter.js'
import { type FoldRules, type Rulebook, STATELESS } from '../../src/kpi/series/fold.js'
import { LiveSeries, type OpenLimits } from '../../src/kpi/series/live-series.js'
import { encodeState, StateFold } from '../../src/kpi/series/state.js'
import { PlantVersion, WorkPlan } from '../../src/kpi/settings/version.js'
import { foldRules } from '../support/fold-rules.js'
import { PlainLiveSeries } from '../support/plain-live-series.js'

const seed = Number(process.env.PROPERTY_SEED ?? 2018)
const numRuns = Number(process.env.PROPERTY_RUNS ?? 40)
const LIMIT_MS = 600_000

const START_MS = Date.parse('2026-03-02T21:00:00Z')
const MINUTES_KEPT_MS = 3 * 3_600_000
const UNBOUNDED: OpenLimits = { samplesMax: 1e9, inDoubtMax: 1e9 }

const options = plantOptions.parse({
  id: 'p',
  name: {},
  timezone: 'Asia/Shanghai',
  shifts: [
    { name: 'day', start: '05:10', end: '07:25', breaks: [{ start: '06:00', end: '06:07' }], breaks_in_pbt: false },
  ],
})
const PLAN = new WorkPlan([new PlantVersion(0, -Infinity, options, bundledLibrary())])

function rulesOf(of: Partial<FoldRules>): FoldRules {
  const bounds = { replacedAt: [START_MS + 5_000_000], min: 10, max: 5000 }
  return foldRules({ kind: 'counter', ...bounds, maxGapMs: 120_000, maxHoldMs: 300_000, ...of })
}

/** One thing that happens to a series. */
type Move =
  | {
      readonly kind: 'sample'
      readonly afterMs: number
      readonly value: number
      readonly quality: number
      readonly marks: number
    }
  | { readonly kind: 'cycle' }
  | { readonly kind: 'link'; readonly isUp: boolean }

interface Kind {
  readonly name: string
  rules(connections: ConnectionHistory): Rulebook
  /** Value of a sample, by a random number of 0..1 and the value before. */
  value(random: number, before: number): number
}

function versions(rules: FoldRules, later: Partial<FoldRules>): Rulebook {
  return [
    { fromMs: -Infinity, rules },
    { fromMs: START_MS + 3_000_000, rules: { ...rules, ...later } },
  ]
}

const register = (random: number, before: number) => {
  if (random < 0.04) return 0
  if (random < 0.08) return before * 0.95
  if (random < 0.12) return before + 5000 * random * 10
  if (random < 0.16) return before * 0.2
  return before + random * 3
}

const STATE_WORDS = ['Execute', 'Idle', 'Stopped', 'Aborted', 'Manual', 'singing']
const stateRules = (connections: ConnectionHistory | null) => ({
  maxHoldMs: 300_000,
  connections,
  plan: PLAN,
  microstopMs: 60_000,
})

const KINDS: readonly Kind[] = [
  { name: 'a register', rules: () => versions(rulesOf({}), { maxGapMs: 20_000 }), value: register },
  {
    name: 'a register with a highest rate',
    rules: () => versions(rulesOf({ maxRatePerMs: 0.002 }), {}),
    value: register,
  },
  {
    name: 'a register that rolls over',
    rules: () => versions(rulesOf({ modulus: 3000 }), {}),
    value: (random, before) => register(random, before) % 3000,
  },
  {
    name: 'pieces',
    rules: () => versions(rulesOf({ kind: 'pieces', idealMsAt: (ms) => (ms % 7 === 0 ? null : 1234.5) }), {}),
    value: (random, before) => Math.floor(register(random, before)),
  },
  {
    name: 'a level that holds',
    rules: () => versions(rulesOf({ kind: 'gauge', tellsStops: true }), { maxHoldMs: 60_000 }),
    value: (random) => random * 6000 - 100,
  },
  {
    name: 'a level between which lines are drawn',
    rules: () => versions(rulesOf({ kind: 'gauge', interpolation: 'linear' }), {}),
    value: (random) => random * 100,
  },
  {
    name: 'a switch on its connection',
    rules: (connections) => versions(rulesOf({ kind: 'switch', connections, holdLink: connections }), {}),
    value: (random) => Math.round(random),
  },
  { name: 'events', rules: () => versions(rulesOf({ kind: 'event' }), {}), value: () => 1 },
  ...[true, false].map((isOnChange) => ({
    name: isOnChange ? 'a state on its connection' : 'a state',
    rules: (connections: ConnectionHistory) => {
      const own = isOnChange ? connections : null
      return versions(rulesOf({ kind: 'state', connections: own, holdLink: own, states: stateRules(own) }), {})
    },
    value: (random: number) => {
      if (random < 0.2) return encodeState(1, random < 0.1 ? 0 : 1)
      if (random < 0.3) return encodeState(2, random < 0.25 ? 0 : 1)
      return encodeState(0, STATE_WORDS[Math.floor(random * 1000) % STATE_WORDS.length]!)
    },
  })),
]

const move = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('sample' as const),
      afterMs: fc.oneof(
        { weight: 12, arbitrary: fc.integer({ min: 1, max: 30_000 }) },
        { weight: 1, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -400_000, max: 0 }) },
        { weight: 1, arbitrary: fc.integer({ min: 30_000, max: 3_000_000 }) },
        { weight: 1, arbitrary: fc.constantFrom(60_000, 900_000) },
      ),
      random: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      quality: fc.oneof(
        { weight: 12, arbitrary: fc.constant(0) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 7 }) },
      ),
      marks: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'cycle' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), isUp: fc.boolean() }) },
)

/** Random moves of one series, with values that go on from each other. */
const story = fc
  .tuple(fc.constantFrom(...KINDS), fc.array(move, { minLength: 5, maxLength: 250, size: 'max' }))
  .map(([kind, moves]) => {
    let before = 1000
    const made = moves.map((one): Move => {
      if (one.kind !== 'sample') return one
      const value = kind.value(one.random, before)
      // A series that falls back goes on from where it was, now and then.
      if (one.random > 0.06) before = value
      return { ...one, value }
    })
    return { kind, moves: made }
  })

const COLUMNS = 40

/** All that buckets hold, bit for bit. */
function contents(buckets: Buckets, fromMs: number, toMs: number): unknown[] {
  const rows: unknown[] = []
  for (let ms = fromMs; ms < toMs; ms += buckets.stepMs) {
    const part = emptySum(COLUMNS)
    buckets.addTo(part, ms, ms + buckets.stepMs)
    const { accounts, ...rest } = part
    const isEmpty = part.count === 0 && part.coveredMs === 0 && part.sum === 0 && part.flags === 0
    if (!isEmpty || accounts.some((amount) => amount !== 0)) rows.push({ ms, ...rest, accounts: [...accounts] })
  }
  return rows
}

function tailOf(tail: LiveSeries['tail']): unknown {
  return tail instanceof CounterFold || tail instanceof StateFold ? [...tail.save()] : tail
}

const byDay = (checkpoints: Iterable<{ readonly day: number }>) =>
  new Map([...checkpoints].map((one) => [one.day, one]))

function startOf(kind: Kind): { fromMs: number; state: Float64Array | null } {
  return { fromMs: START_MS, state: kind.name === 'events' ? STATELESS : null }
}

const FIRST = { ts: [START_MS + 1000], value: [1], quality: [0], marks: [0] }

describe('a fold that goes on', () => {
  test.prop([story], { numRuns, seed })(
    'gives bit by bit what folding anew each time gives: sums, ranges, checkpoints, what is late',
    ({ kind, moves }) => {
      const connections = new ConnectionHistory()
      const rulebook = kind.rules(connections)
      const hot = new LiveSeries(rulebook, startOf(kind), FIRST, MINUTES_KEPT_MS, UNBOUNDED)
      const plain = new PlainLiveSeries(rulebook, startOf(kind), FIRST, MINUTES_KEPT_MS)
      let newestMs = START_MS + 1000
      const checkpoints = [new Map<number, unknown>(), new Map<number, unknown>()] as const
      for (const one of [...moves, { kind: 'cycle' as const }]) {
        if (one.kind === 'link') {
          connections.take({ at: newestMs, isUp: one.isUp }, 300_000)
        } else if (one.kind === 'sample') {
          const ts = newestMs + one.afterMs
          newestMs = Math.max(newestMs, ts)
          const isTaken = hot.offer(ts, one.value, one.quality, one.marks)
          expect(isTaken).toBe(plain.offer(ts, one.value, one.quality, one.marks))
        } else {
          expect(hot.advance()).toEqual(plain.advance())
          for (const [i, own] of [hot.takeCheckpoints(), plain.takeCheckpoints()].entries()) {
            for (const [day, checkpoint] of byDay(own)) checkpoints[i]!.set(day, checkpoint)
          }
          expect(checkpoints[0]).toEqual(checkpoints[1])
          expect(tailOf(hot.tail)).toEqual(tailOf(plain.tail))
          const fromMs = Math.max(START_MS, hot.quarterHours.fromMs)
          expect(contents(hot.quarterHours, fromMs, newestMs + 1)).toEqual(
            contents(plain.quarterHours, fromMs, newestMs + 1),
          )
          expect(contents(hot.minutes, fromMs, newestMs + 1)).toEqual(contents(plain.minutes, fromMs, newestMs + 1))
          hot.trim(newestMs)
          plain.trim(newestMs)
          expect([hot.quarterHours.fromMs, hot.minutes.fromMs]).toEqual([
            plain.quarterHours.fromMs,
            plain.minutes.fromMs,
          ])
        }
      }
    },
    LIMIT_MS,
  )

  test.prop([story, fc.constantFrom(1, 2, 3, 8, 20), fc.constantFrom(1, 2, 4)], { numRuns, seed })(
    'gives what one fold over all that was not late gives, with room for however few samples',
    ({ kind, moves }, samplesMax, inOrderMax) => {
      // A connection that comes and goes says something of samples that are closed.
      const rulebook = kind.rules(new ConnectionHistory())
      const limits = { samplesMax, inOrderMax: Math.min(inOrderMax, samplesMax), inDoubtMax: 60 }
      const hot = new LiveSeries(rulebook, startOf(kind), FIRST, 1e12, limits)
      const whole = new PlainLiveSeries(rulebook, startOf(kind), FIRST, 1e12)
      let newestMs = START_MS + 1000
      for (const one of moves) {
        if (one.kind === 'cycle') {
          hot.advance()
          hot.trim(newestMs)
        } else if (one.kind === 'sample') {
          const ts = newestMs + one.afterMs
          newestMs = Math.max(newestMs, ts)
          if (hot.offer(ts, one.value, one.quality, one.marks)) {
            expect(whole.offer(ts, one.value, one.quality, one.marks)).toBe(true)
          }
        }
      }
      hot.advance()
      whole.advance()
      const to = newestMs + 1
      expect(contents(hot.quarterHours, START_MS, to)).toEqual(contents(whole.quarterHours, START_MS, to))
      expect(contents(hot.minutes, START_MS, to)).toEqual(contents(whole.minutes, START_MS, to))
      expect(tailOf(hot.tail)).toEqual(tailOf(whole.tail))
    },
    LIMIT_MS,
  )
})
