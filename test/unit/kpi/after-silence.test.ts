// @module-tag slow

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CycleResult } from '../../../src/kpi/cycle-result.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, reading } from '../../support/engine.js'

/** Proves that the silence of many meters that new samples end is computed in steps, and not in the cycle that takes them. */

const NOW = Date.parse('2026-11-24T08:00:00Z')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const QUARTER_MS = 900_000

let stepwise: Bench
let whole: Bench
beforeEach(async () => {
  stepwise = await Bench.open()
  whole = await Bench.open()
})
afterEach(async () => {
  await stepwise.close()
  await whole.close()
})

/** A reading of each of three registers that count 60 an hour. */
function readings(ts: number) {
  return ['a', 'b', 'c'].map((device) =>
    reading({ device, metric: 'elec_import_kwh', ts, value: (ts - NOW) / 60_000 + 1e6 }),
  )
}

async function finals(bench: Bench): Promise<Map<string, object>> {
  bench.tick(NOW + 3 * DAY_MS)
  await bench.settle()
  await bench.cycle()
  const points = (await bench.points()).filter(({ provisional }) => !provisional)
  return new Map(points.map((point) => [windowKey(point), figureOf(point)]))
}

function figureOf({ value, numerator, denominator, coverage, estimatedShare, reason, flags }: Point): object {
  return { value, numerator, denominator, coverage, estimatedShare, reason, flags }
}

/** A silence that a register bridges in memory, and one that is folded from the archive. */
test.each([1.4, 10])(
  'after a silence of %d days no cycle has an hour of it, and all hours have what all samples at once give',
  async (days) => {
    const beforeMs = NOW - days * DAY_MS
    const before = Array.from({ length: 12 }, (_, i) => readings(beforeMs - (12 - i) * QUARTER_MS)).flat()
    const after = Array.from({ length: 6 }, (_, i) => readings(NOW + i * QUARTER_MS))
    /** Hours behind the first day of the silence: in that one the senders are still members. */
    const silentHours = ({ final, provisional }: CycleResult) =>
      [...final, ...provisional].filter(({ stream, startMs, endMs }) => {
        return stream.window === '1h' && startMs > beforeMs + DAY_MS + HOUR_MS && endMs < NOW
      }).length
    await stepwise.feed(before)
    let stepped = 0
    for (const some of after) {
      await stepwise.commit(some)
      expect(silentHours(await stepwise.cycle())).toBe(0)
      // The median step of the registers says for 900 s that this may be a glitch.
      stepped += silentHours(await stepwise.cycleLate())
    }
    while (stepwise.engine.isLatePending) stepped += silentHours(await stepwise.cycleLate())
    expect(stepped).toBeGreaterThan(0)
    await whole.feed([...before, ...after.flat()])
    const [expected, found] = [await finals(whole), await finals(stepwise)]
    expect(expected.size).toBeGreaterThan(100)
    for (const [key, figure] of expected) expect(found.get(key), key).toEqual(figure)
  },
)
