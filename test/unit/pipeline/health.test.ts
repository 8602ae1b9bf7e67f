import { expect, test } from 'vitest'
import { lagHealth, READY_LAG_MAX_MS } from '../../../src/pipeline/health.js'

/** Proves what readiness says of figures that are behind. */

const whole = { hasCaughtUp: true, hasComputed: true }

test('figures half a minute behind are well, a moment more is not, and the reason says how far', () => {
  expect(lagHealth({ lagMs: 0 }, whole)).toEqual({ name: 'lag', ok: true, reason: '' })
  expect(lagHealth({ lagMs: READY_LAG_MAX_MS }, whole)).toEqual({ name: 'lag', ok: true, reason: '' })
  expect(lagHealth({ lagMs: 42_000 }, whole)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^figures are 42 s behind what has arrived: .*nothing is lost/),
  })
})

test('while the start is worked off, archive and figures say it, not the lag', () => {
  expect(lagHealth({ lagMs: 42_000 }, { hasCaughtUp: false, hasComputed: false })).toMatchObject({ ok: true })
  expect(lagHealth({ lagMs: 42_000 }, { hasCaughtUp: true, hasComputed: false })).toMatchObject({ ok: true })
})
