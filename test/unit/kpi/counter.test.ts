import { readFileSync } from 'node:fs'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type FlagBits, flagBit, flagsOf } from '../../../src/base/flags.js'
import { CounterFold, type CounterRules, type CounterSink } from '../../../src/kpi/series/counter.js'
import type { Samples } from '../../../src/kpi/series/samples.js'

/** One row of the table. A sample a minute unless `minutes` says when; the first sample after a replacement lies past it. */
interface Case {
  readonly name: string
  readonly values: readonly number[]
  readonly minutes?: readonly number[]
  readonly qualities?: readonly number[]
  readonly modulus?: number
  /** An hour. */
  readonly maxRate?: number
  /** Between which samples the meter was replaced: minutes. */
  readonly replacedAt?: readonly number[]
  readonly sum: number
  readonly estimatedMin?: number
  readonly flags: readonly string[]
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../../cases/kpi/counters/rules.json', import.meta.url), 'utf8'),
)
const MINUTE_MS = 60_000
const ESTIMATED = flagBit('estimated')

function samplesOf({ values, minutes, qualities }: Pick<Case, 'values' | 'minutes' | 'qualities'>): Samples {
  return {
    ts: values.map((_, i) => (minutes?.[i] ?? i) * MINUTE_MS),
    value: values,
    quality: values.map((_, i) => qualities?.[i] ?? 0),
    marks: values.map(() => 0),
  }
}

function rulesOf({ modulus, maxRate }: Pick<Case, 'modulus' | 'maxRate'>): CounterRules {
  const maxRatePerMs = maxRate === undefined ? null : maxRate / 3.6e6
  return { modulus: modulus ?? null, maxRatePerMs, maxGapMs: 1_200_000, idealMsAt: null }
}

/** Takes down what a fold says, as one list: intervals and marks. */
class Found implements CounterSink {
  readonly said: (readonly unknown[])[] = []
  sum = 0
  estimatedMs = 0
  flags: FlagBits = 0

  interval(t0: number, v0: number, t1: number, v1: number, isEstimated: boolean, flags: FlagBits): void {
    this.said.push([t0, v0, t1, v1, isEstimated, flags])
    this.sum += v1 - v0
    if (isEstimated) this.estimatedMs += t1 - t0
    this.flags |= flags | (isEstimated ? ESTIMATED : 0)
  }

  mark(ts: number, flags: FlagBits): void {
    this.said.push([ts, flags])
    this.flags |= flags
  }

  pieces(): void {}
}

function folded(samples: Samples, rules: CounterRules, replacedAt: readonly number[], savedAt = -1): Found {
  const found = new Found()
  let fold = new CounterFold()
  for (let i = 0; i < samples.ts.length; i++) {
    if (i === savedAt) fold = CounterFold.restore(fold.save())
    fold.step(samples, i, rules, replacedAt, found)
  }
  return found
}

describe('the rules of a counter (KPI specification §1.4)', () => {
  test.each(cases)('$name', (one) => {
    const replacedAt = (one.replacedAt ?? []).map((minute) => minute * MINUTE_MS)
    const at = one.replacedAt === undefined ? one : { ...one, minutes: one.values.map((_, i) => i * 5) }
    const found = folded(samplesOf(at), rulesOf(one), replacedAt)
    expect(found.sum).toBe(one.sum)
    expect(flagsOf(found.flags)).toEqual(one.flags)
    if (one.estimatedMin !== undefined) expect(found.estimatedMs).toBe(one.estimatedMin * MINUTE_MS)
  })

  test('Prometheus promqltest (O17): 1 2 3 0 1 0 0 1 2 0 is reset three times', () => {
    const found = folded(samplesOf({ values: [1, 2, 3, 0, 1, 0, 0, 1, 2, 0] }), rulesOf({}), [])
    const resets = found.said.filter((said) => ((said.at(-1) as FlagBits) & flagBit('counter_reset')) !== 0)
    expect(resets).toHaveLength(3)
  })

  test('a glitch that lasts for 900 seconds of fast samples is still a glitch, one that lasts longer is a reset', () => {
    const seconds = (zeros: number) => [10_450, 10_451, ...Array.from({ length: zeros }, () => 0), 10_452]
    const atSeconds = (values: number[]) => ({ ...samplesOf({ values }), ts: values.map((_, i) => i * 1000) })
    expect(folded(atSeconds(seconds(900)), rulesOf({}), []).sum).toBe(2)
    expect(folded(atSeconds(seconds(901)), rulesOf({}), []).sum).toBe(10_453)
  })
})

describe('up to where a decision looked', () => {
  const step = (values: readonly number[], i: number) => {
    const fold = new CounterFold()
    const samples = samplesOf({ values })
    let reachMs = 0
    for (let k = 0; k <= i; k++) reachMs = fold.step(samples, k, rulesOf({}), [], new Found())
    return reachMs
  }

  test('a plain step looks no further than itself', () => expect(step([1, 2, 3], 1)).toBe(MINUTE_MS))
  test('a fall from high up waits for samples that are not there yet', () =>
    expect(step([5000, 5001, 0, 1, 2, 3], 2)).toBe(Infinity))
  test('and is settled once a sample lies past its 900 seconds', () =>
    expect(step([5000, 5001, ...Array.from({ length: 20 }, (_, i) => i)], 2)).toBe((2 + 15) * MINUTE_MS))
})

const level = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(0, 9_990, 9_995, 10_000, 500_000))

property.prop([
  fc.array(fc.tuple(level, fc.constantFrom(0, 0, 0, 0, 1, 5), fc.integer({ min: 1, max: 2000 })), { maxLength: 40 }),
  fc.nat({ max: 40 }),
  fc.constantFrom(undefined, 10_000),
  fc.constantFrom(undefined, 600),
])('a fold taken up from a saved state at any sample equals one fold', (steps, savedAt, modulus, maxRate) => {
  let minute = 0
  const minutes = steps.map(([, , after]) => {
    minute += after
    return minute
  })
  const samples = samplesOf({ values: steps.map(([v]) => v), qualities: steps.map(([, q]) => q), minutes })
  const rules = rulesOf({ ...(modulus && { modulus }), ...(maxRate && { maxRate }) })
  const replacedAt = [700 * MINUTE_MS]
  expect(folded(samples, rules, replacedAt, savedAt).said).toEqual(folded(samples, rules, replacedAt).said)
})
