import { expect, test } from 'vitest'
import { lagHealth, READY_LAG_MAX_MS } from '../../../src/pipeline/health.js'

/** Proves what readiness says of figures that are behind. */

const whole = { hasCaughtUp: true, hasComputed: true }
const behind = (liveMs: number, wholeMs = liveMs) => ({ lag: { liveMs, wholeMs } })

test('figures half a minute behind are well, a moment more is not, and the reason says how far', () => {
  expect(lagHealth(behind(0), whole)).toEqual({ name: 'lag', ok: true, reason: '' })
  expect(lagHealth(behind(READY_LAG_MAX_MS), whole)).toEqual({ name: 'lag', ok: true, reason: '' })
  expect(lagHealth(behind(42_000), whole)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^figures are 42 s behind what has arrived: .*nothing is lost/),
  })
})

test('while the start is worked off, archive and figures say it, not the lag', () => {
  expect(lagHealth(behind(42_000), { hasCaughtUp: false, hasComputed: false })).toMatchObject({ ok: true })
  expect(lagHealth(behind(42_000), { hasCaughtUp: true, hasComputed: false })).toMatchObject({ ok: true })
})

test('a past that is being computed behind what is live is said, and all is well', () => {
  expect(lagHealth(behind(400, 1_300_000), whole)).toEqual({
    name: 'lag',
    ok: true,
    reason:
      'readings of the past have waited 1300 s to be in the figures; figures of now are on time, and nothing is lost',
  })
  expect(lagHealth(behind(42_000, 1_300_000), whole)).toMatchObject({ ok: false })
  expect(lagHealth(behind(400, READY_LAG_MAX_MS), whole)).toMatchObject({ ok: true, reason: '' })
})
