// @module-tag slow

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { DAY_MS } from '../../../src/base/durations.js'
import type { Reading } from '../../../src/base/reading.js'
import { PastFold } from '../../../src/kpi/history/past.js'
import { windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const MINUTE_MS = 60_000
const METRICS = ['elec_import_kwh', 'elec_export_kwh']
const at = (time: string) => Date.parse(`2025-${time}:00Z`)
const NOW = at('07-31T10:30')

/** Two meters that send each minute, so that windows of a minute are published: the past is folded two days at a time. */
const PLANT = plantOf({
  devices: ['a', 'b'].map((id) => ({
    id,
    role: 'sub',
    metrics: Object.fromEntries(METRICS.map((metric) => [metric, { period_s: 60 }])),
  })),
})

/** Registers that go up by 1 kWh in ten minutes, by 2 in the afternoon. */
function meter(device: string, from: string, to: string): Reading[] {
  const readings: Reading[] = []
  for (let ts = at(from); ts <= at(to); ts += 10 * MINUTE_MS) {
    const minutes = (ts - at('06-01T00:00')) / MINUTE_MS
    const value = (minutes + Math.max(0, (minutes % 1440) - 720)) / 10
    for (const metric of METRICS) readings.push(reading({ device, metric, ts, value, receivedAt: NOW }))
  }
  return readings
}

/** All points when the blocks have come one after the other; killed once, after so many steps over the last of them. */
async function points(blocks: readonly (readonly Reading[])[], killAfter = Infinity, seriesMax = Infinity) {
  const bench = await Bench.open([PLANT], 0)
  try {
    for (const block of blocks.slice(0, -1)) await bench.feed(block, NOW)
    await bench.commit(blocks.at(-1)!)
    bench.tick(NOW)
    await bench.cycle()
    let steps = 0
    for (; bench.engine.isLatePending && steps < killAfter; steps++) await bench.cycleLate(true, seriesMax)
    if (bench.engine.isLatePending) await bench.restart()
    await bench.settle()
    const figures = await figuresOf(bench)
    return { figures, steps }
  } finally {
    await bench.close()
  }
}

describe('days that come weeks late', () => {
  const today = [...meter('a', '07-31T09:00', '07-31T10:00'), ...meter('b', '07-31T09:00', '07-31T10:00')]
  const days = [...meter('a', '07-11T06:00', '07-14T18:00'), ...meter('b', '07-12T00:00', '07-13T12:00')]

  test('give, with the empty weeks behind them, what they would have given in time', async () => {
    const inTime = await points([[...days, ...today]])
    const late = await points([today, days])
    expect(late.steps).toBeGreaterThan(5)
    expect(late.figures).toEqual(inTime.figures)
  })

  test('give the same in steps of few series, and what is live is computed between them', async () => {
    const whole = await points([today, days])
    const inSteps = await points([today, days], Infinity, 1)
    expect(inSteps.figures).toEqual(whole.figures)
    expect(inSteps.steps).toBeGreaterThan(2 * whole.steps)
  })

  test('are not lost by a kill between two steps of few series', async () => {
    const whole = await points([today, days])
    expect((await points([today, days], 2, 1)).figures).toEqual(whole.figures)
  })

  test('let what is live through between two steps', async () => {
    const bench = await Bench.open([PLANT], 0)
    try {
      await bench.feed(today, NOW)
      await bench.commit(days)
      bench.tick(NOW)
      await bench.cycle()
      // Points of the first day are on their way: a subject is done, others are not.
      while (bench.engine.lateWork === null || (await openDays(bench)) === 0) await bench.cycleLate(true, 1)
      expect(bench.engine.isLatePending).toBe(true)
      const held = bench.engine.progress().position
      await bench.commit(meter('a', '07-31T10:10', '07-31T10:20'))
      bench.tick(NOW + MINUTE_MS)
      const { final, provisional } = await bench.cycle()
      const starts = [...final, ...provisional].map(({ startMs }) => startMs)
      expect(starts).toContain(at('07-31T10:00'))
      // A kill now would compute the rest of the past again.
      expect(bench.engine.progress().position).toBe(held)
      expect(bench.engine.pending('p', at('07-12T00:00'))?.isLate).toBe(true)
    } finally {
      await bench.close()
    }
  })

  test('wait at every instant for what is being computed, also while the next stretch is looked for', async () => {
    const bench = await Bench.open([PLANT], 0)
    try {
      await bench.feed(today, NOW)
      const { position } = bench.engine.progress()
      await bench.commit(meter('a', '07-31T02:00', '07-31T04:00'))
      bench.tick(NOW)
      await bench.cycle()
      const seen: unknown[] = []
      const look = (times: number) => {
        seen.push({ position: bench.engine.progress().position, isLate: bench.engine.isLatePending })
        if (times > 1) queueMicrotask(() => look(times - 1))
      }
      const { nextCoveredMs } = PastFold.prototype
      const spy = vi.spyOn(PastFold.prototype, 'nextCoveredMs')
      onTestFinished(() => spy.mockRestore())
      spy.mockImplementation(async function (this: PastFold, ...asked) {
        const nextMs = await nextCoveredMs.apply(this, asked)
        look(10)
        return nextMs
      })
      while (bench.engine.isLatePending) await bench.cycleLate(true, 1)
      expect(new Set(seen.map((at) => JSON.stringify(at)))).toEqual(
        new Set([JSON.stringify({ position, isLate: true })]),
      )
    } finally {
      await bench.close()
    }
  })

  test('are folded a month at once however old what comes between two steps is', async () => {
    const spy = vi.spyOn(PastFold.prototype, 'refold')
    onTestFinished(() => spy.mockRestore())
    const bench = await Bench.open([PLANT], 0)
    try {
      await bench.feed(today, NOW)
      await bench.commit(days)
      bench.tick(NOW)
      await bench.cycle()
      // One series is folded in a step.
      await bench.cycleLate(true, 0.25)
      await bench.commit(meter('b', '01-05T06:00', '01-05T12:00'))
      await bench.cycle()
      while (spy.mock.calls.length < 4) await bench.cycleLate(true, 0.25)
      const foldedMs = spy.mock.calls.map(([, { fromMs }, untilMs]) => untilMs - fromMs)
      expect(Math.max(...foldedMs)).toBeLessThanOrEqual(33 * DAY_MS)
    } finally {
      await bench.close()
    }
  })

  /** Count of the days of which there are final points. */
  async function openDays(bench: Bench): Promise<number> {
    return (await bench.points()).filter(({ stream, provisional }) => stream.window === '1d' && !provisional).length
  }
})

test('samples of some hours ago have minutes alone read, of the time that they may change, and give the same', async () => {
  const around = [
    ...meter('a', '07-31T02:00', '07-31T04:00'),
    ...meter('a', '07-31T05:00', '07-31T10:00'),
    ...meter('b', '07-31T02:00', '07-31T10:00'),
  ]
  const hour = meter('a', '07-31T04:10', '07-31T04:50')
  const inTime = await points([[...around, ...hour]])
  const bench = await Bench.open([PLANT], 0)
  try {
    await bench.feed(around, NOW)
    const spy = vi.spyOn(PastFold.prototype, 'buckets')
    onTestFinished(() => spy.mockRestore())
    await bench.feed(hour, NOW)
    const readMs = spy.mock.calls.map(([, { fromMs, toMs }]) => toMs - fromMs)
    expect(readMs.length).toBeGreaterThan(0)
    // Quarters are at hand, and would have been read with the days around.
    expect(Math.max(...readMs)).toBeLessThanOrEqual(DAY_MS)
    expect(await figuresOf(bench)).toEqual(inTime.figures)
  } finally {
    await bench.close()
  }
})

describe('hours that are filled in the middle of weeks', () => {
  // The last sample before midnight tells what the register did over it: with the hours filled it is another one.
  const around = ['a', 'b'].flatMap((id) => [
    ...meter(id, '07-16T00:00', '07-22T12:00'),
    ...meter(id, '07-23T00:10', '07-31T10:00'),
  ])
  const hours = ['a', 'b'].flatMap((id) => meter(id, '07-22T14:00', '07-22T23:50'))

  test('give the same when the gateway is killed between two steps', { tags: ['deep'] }, async () => {
    const whole = await points([around, hours])
    expect(whole.steps).toBeGreaterThan(1)
    for (const killAfter of [1, 2]) expect((await points([around, hours], killAfter)).figures).toEqual(whole.figures)
  })
})

describe('days that are sent in disorder while they are folded', () => {
  const days = [...meter('a', '07-11T06:00', '07-14T18:00'), ...meter('b', '07-11T06:00', '07-14T18:00')]
  const today = meter('a', '07-31T09:00', '07-31T10:00')

  test('are folded a pass at a time: what comes behind it waits for the next', { tags: ['deep'] }, async () => {
    const undisturbed = await passOver([])
    const disturbed = await passOver(days.filter((_, i) => i % 2 === 1))
    expect(undisturbed.steps).toBeGreaterThan(5)
    expect(undisturbed.isMore).toBe(false)
    expect(disturbed.steps).toBeLessThanOrEqual(undisturbed.steps + 1)
    expect(disturbed.isMore).toBe(true)
    expect(disturbed.figures).toEqual(await inTime())
  })

  /** Half of the days come late, and while these are folded so many others, some after each step; then all that is left. */
  async function passOver(others: readonly Reading[]) {
    const bench = await Bench.open([PLANT], 0)
    try {
      await bench.feed(today, NOW)
      const behind = [...others]
      await bench.commit(days.filter((_, i) => i % 2 === 0))
      bench.tick(NOW)
      await bench.cycle()
      let steps = 0
      do {
        await bench.cycleLate(steps === 0)
        await bench.commit(behind.splice(0, 4))
        await bench.cycle()
        steps++
      } while (bench.engine.isPassGoingOn)
      const isMore = bench.engine.isLatePending
      await bench.commit(behind)
      await bench.settle()
      return { steps, isMore, figures: await figuresOf(bench) }
    } finally {
      await bench.close()
    }
  }

  async function inTime() {
    const bench = await Bench.open([PLANT], 0)
    try {
      await bench.feed([...days, ...today], NOW)
      return await figuresOf(bench)
    } finally {
      await bench.close()
    }
  }
})

/** All final points, by window. */
async function figuresOf(bench: Bench) {
  // All is over then, the month too: of windows that go on the store has only what was due.
  bench.tick(at('08-03T00:00'))
  await bench.settle()
  const found = (await bench.points()).filter(({ provisional }) => !provisional)
  return (
    found
      // The revision counts how often a point was written before, which only tells how it came about.
      .map((point) => ({ ...point, key: windowKey(point), rev: 0 }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
  )
}
