// @module-tag slow

import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import type { CycleResult } from '../../../src/kpi/cycle-result.js'
import { HeldPast } from '../../../src/kpi/plant/held-past.js'
import type { Point } from '../../../src/kpi/windows/point.js'
import { Bench, reading } from '../../support/engine.js'

const NOW = Date.parse('2026-11-24T08:00:00Z')
const PAST = Date.parse('2026-06-01T00:00:00Z')
const HOUR_MS = 3_600_000
/** Three series each: their plant has more than a hundred. */
const METERS = 34
const HALF = METERS / 2
const MINUTES = 60
const LONG_MS = 120_000
const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh']

const open: Bench[] = []

afterEach(async () => {
  for (const bench of open.splice(0)) await bench.close()
})

async function bench(): Promise<Bench> {
  const one = await Bench.open()
  open.push(one)
  return one
}

/** An hour of some meters, a reading a minute, and a reading of the one that is live. */
/** The pipeline has sums of many series over the past wait so long for more of it. */
const HOLD_MS = 5000

function block(round: number, meters: readonly number[], nowMs: number): Reading[] {
  const past = meters.flatMap((meter) =>
    Array.from({ length: MINUTES }, (_, i) => {
      const minute = round * MINUTES + i
      return METRICS.map((metric, m) =>
        reading({
          device: `meter-${String(meter).padStart(2, '0')}`,
          metric,
          ts: PAST + minute * 60_000,
          value: (minute * (m + 1)) / 100 + meter,
          receivedAt: nowMs,
        }),
      )
    }).flat(),
  )
  const live = reading({ device: 'live', metric: METRICS[0]!, ts: nowMs, value: nowMs / 1000, receivedAt: nowMs })
  return [...past, live]
}

/** Six hours of all meters, half of them a cycle. @param holdMs what the pipeline says while the journal holds more */
async function filled(holdMs: number, restartAfter = -1): Promise<{ one: Bench; plantPoints: number }> {
  const one = await bench()
  let [nowMs, cycles, plantPoints] = [NOW, 0, 0]
  const publish = async (part: CycleResult) => {
    plantPoints += part.final.filter(({ stream }) => stream.scope === 'plant').length
    await one.publisher.publish(part)
  }
  const steps = async () => {
    while (one.engine.isLatePending) await publish(await one.engine.cycleLate(publish))
  }
  for (let round = 0; round < 6; round++) {
    for (let first = 0; first < METERS; first += HALF) {
      await one.commit(
        block(
          round,
          Array.from({ length: HALF }, (_, i) => first + i),
          nowMs,
        ),
      )
      await publish(await one.engine.cycle(publish, undefined, holdMs))
      await steps()
      nowMs += 400
      if (++cycles === restartAfter) await one.restart()
    }
  }
  one.tick(nowMs)
  await publish(await one.engine.cycle(publish))
  await steps()
  await one.settle()
  await one.cycle()
  expect([one.engine.isFreshPending, one.engine.isLatePending]).toEqual([false, false])
  return { one, plantPoints }
}

/** Figures of the final windows, sorted and without their revisions: the same however often they were computed. */
async function figures(one: Bench): Promise<string[]> {
  const final = (await one.points()).filter(({ provisional }) => !provisional)
  return final.map(({ rev: _, ...figure }) => JSON.stringify(figure)).sort()
}

test('what is live goes out before the past that came with it', async () => {
  const one = await bench()
  await one.feed(block(0, [1], NOW - 120_000))
  await one.commit(block(1, [1], NOW))
  const parts: CycleResult[] = []
  const last = await one.engine.cycle(async (part) => {
    parts.push(part)
    await one.publisher.publish(part)
  })
  parts.push(last)
  const isLive = ({ stream }: Point) => stream.id === 'live'
  const isLastHalfHour = ({ stream, startMs }: Point) => stream.id === 'meter-01' && startMs >= PAST + 1.5 * HOUR_MS
  expect(parts[0]!.provisional.some(isLive)).toBe(true)
  expect([...parts[0]!.final, ...parts[0]!.provisional].some(isLastHalfHour)).toBe(false)
  expect(parts.slice(1).some(({ final, provisional }) => [...final, ...provisional].some(isLastHalfHour))).toBe(true)
})

test('while more of the past comes, what a plant of many meters came to then is computed every five seconds and is the same', {
  tags: ['deep'],
  timeout: LONG_MS,
}, async () => {
  const [at, held] = [await filled(0), await filled(HOLD_MS)]
  expect(await figures(held.one)).toEqual(await figures(at.one))
  // Twelve cycles of 400 ms.
  expect(held.plantPoints).toBeLessThan(at.plantPoints / 2)
})

test('the longer it is to wait, the less often it is computed', { tags: ['deep'], timeout: LONG_MS }, async () => {
  const [held, longer] = [await filled(1500), await filled(60_000)]
  expect(await figures(longer.one)).toEqual(await figures(held.one))
  expect(longer.plantPoints).toBeLessThan(held.plantPoints)
})

test('what is held is not lost by a kill', { tags: ['deep'], timeout: LONG_MS }, async () => {
  const [at, killed] = [await filled(0), await filled(HOLD_MS, 5)]
  expect(await figures(killed.one)).toEqual(await figures(at.one))
})

test('as long as it is held, the place that is saved stays before it, and a report of then has to wait', async () => {
  const one = await bench()
  await one.feed(block(0, [0], NOW))
  for (let meter = 1; meter < METERS; meter++) await one.feed(block(0, [meter], NOW))
  const held = one.nextPosition
  await one.commit(block(1, [0, 1, 2], NOW + 1000))
  await one.cycle(HOLD_MS)
  expect(one.engine.isFreshPending).toBe(true)
  expect(one.engine.progress().position).toBe(held)
  expect(one.engine.pending('p', PAST + 24 * HOUR_MS)?.isLate).toBe(true)
  expect(one.engine.pending('p', PAST)?.isLate).toBe(false)
  await one.commit(block(2, [0, 1, 2], NOW + 2000))
  await one.cycle()
  expect(one.engine.progress().position).toBe(held)
  expect(one.engine.pending('p', PAST + 24 * HOUR_MS)?.isLate).toBe(true)
  while (one.engine.isLatePending) await one.cycleLate(true, 20)
  expect(one.engine.progress().position).toBe(one.nextPosition)
  expect(one.engine.pending('p', PAST + 24 * HOUR_MS)?.isLate).toBe(false)
})

test('the past of devices that send times a week apart is held all the same, and no longer once one has sent three days of it', async () => {
  const one = await bench()
  const apart = 7 * 24
  await one.feed(block(0, [0], NOW))
  for (let meter = 1; meter < METERS; meter++) await one.feed(block(apart, [meter], NOW))
  const held = one.nextPosition
  await one.commit([...block(1, [0], NOW + 1000), ...block(apart + 1, [1], NOW + 1000)])
  await one.cycle(HOLD_MS)
  expect(one.engine.progress().position).toBe(held)
  expect(one.engine.isLatePending).toBe(false)
  for (const hour of [24, 48, 3 * 24 + 2]) await one.commit(block(hour, [0], NOW + 2000))
  await one.cycle(HOLD_MS)
  expect(one.engine.isLatePending).toBe(true)
  while (one.engine.isLatePending) await one.cycleLate()
  expect(one.engine.progress().position).toBe(one.nextPosition)
})

/** Scopes of many meters: their plant, and lines of half of them, of which one has the meter that is live. */
const MANY_METERS = [
  { scope: 'plant', lineOf: () => 'l' },
  { scope: 'line', lineOf: (device: string) => (device < 'meter-17' ? 'a' : 'b') },
] as const

test.each(MANY_METERS)(
  'a past that comes in order is computed for a plant of many meters in steps, and no window of its $scope in a cycle',
  async ({ scope, lineOf }) => {
    const all = Array.from({ length: METERS }, (_, meter) => meter)
    const some = [0, 1, 2]
    const blocks = [block(0, all, NOW), block(1, some, NOW + 1000), block(2, some, NOW + 1000 + HOLD_MS)].map((come) =>
      come.map((one) => ({ ...one, line: lineOf(one.device) })),
    )
    const one = await bench()
    one.isSentInParts = true
    const taken = vi.spyOn(one.publisher, 'publish')
    /** Windows of the scope from the second hour on that are published. */
    const windows = async (work: () => Promise<unknown>) => {
      taken.mockClear()
      await work()
      const points = taken.mock.calls.flatMap(([{ final, provisional }]) => [...final, ...provisional])
      const ofScope = points.filter(({ stream, startMs }) => {
        return stream.scope === scope && startMs >= PAST + HOUR_MS && startMs < PAST + 3 * HOUR_MS
      })
      return new Set(ofScope.map(({ stream, startMs }) => `${stream.id} ${stream.window} ${startMs}`)).size
    }
    await one.feed(blocks[0]!)
    for (const come of blocks.slice(1)) {
      await one.commit(come)
      expect(await windows(() => one.cycle(HOLD_MS))).toBe(0)
    }
    const steps: number[] = []
    while (one.engine.isLatePending) steps.push(await windows(() => one.cycleLate(true, 2)))
    // Two hours are 2 hours and 8 quarters.
    expect(steps.reduce((sum, of) => sum + of, 0)).toBe(10)
    expect(Math.max(...steps)).toBeLessThan(8)
  },
)

test('hours that a large line holds when their device moves to a small one are computed for that', async () => {
  const holds = vi.spyOn(HeldPast.prototype, 'holds').mockImplementation(({ seriesList }) => seriesList.length > 3)
  onTestFinished(() => holds.mockRestore())
  const under = (line: string, readings: readonly Reading[]) => {
    return readings.map((one) => (one.device === 'live' ? { ...one, line: 'other' } : { ...one, line }))
  }
  /** Hours of the small line that have a figure, once the held ones were computed so far when the device moved. */
  const hoursOf = async (steps: number) => {
    const one = await bench()
    await one.feed(under('large', block(0, [0, 1], NOW)))
    for (const hour of [240, 241, 242]) await one.commit(under('large', block(hour, [0], NOW + 1000)))
    await one.cycle(HOLD_MS)
    expect(one.engine.progress().position).toBeLessThan(one.nextPosition)
    if (steps > 0) await one.cycle()
    for (let step = 0; step < steps; step++) await one.cycleLate(true, 0.05)
    await one.commit(under('small', block(300, [0], NOW + 2000)))
    one.tick(NOW + 24 * HOUR_MS)
    await one.settle()
    const points = (await one.points()).filter(({ stream, value }) => {
      return stream.id === 'small' && stream.kpi === 'energy_elec_import' && stream.window === '1h' && value !== null
    })
    return points.map(({ startMs }) => (startMs - PAST) / HOUR_MS).sort((a, b) => a - b)
  }
  expect(await hoursOf(0)).toContain(240)
  expect(await hoursOf(1)).toContain(240)
})
