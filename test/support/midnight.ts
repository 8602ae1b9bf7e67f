import { setTimeout as sleep } from 'node:timers/promises'
import { DAY_MS } from '../../src/base/durations.js'

/** A test that one day has to hold takes no longer, also on a machine that is busy, ms. */
const TEST_MS = 180_000
/** So long after midnight something of the day is over, ms. */
const BEGUN_MS = 90_000

/** Waits until a day has begun and will not end during a test: one of UTC, or of a zone that is so far ahead of it. */
export async function awayFromMidnight(aheadMs = 0): Promise<void> {
  const intoDayMs = (Date.now() + aheadMs) % DAY_MS
  if (intoDayMs > DAY_MS - TEST_MS) await sleep(DAY_MS - intoDayMs + BEGUN_MS)
  else if (intoDayMs < BEGUN_MS) await sleep(BEGUN_MS - intoDayMs)
}
