// @module-tag deep
import { expect, test } from 'vitest'
import { backFilled } from './ground/back-filled.js'

const SETTLED_MS_MAX = 240_000

/** `npm run prove -- back-fill` does the same with sixty days, and measures what it takes meanwhile. */
test(
  'killed in the middle of a back-fill of a week, the gateway has every reading once and every figure right',
  async () => {
    const order = { meters: 8, days: 7, kills: 3, isWatched: false, seed: 20261128, settledMsMax: SETTLED_MS_MAX }
    const { readings, compared, broken } = await backFilled(order)
    expect(broken.slice(0, 20)).toEqual([])
    expect(readings).toBeGreaterThanOrEqual(8 * 7 * 1440 * 3)
    expect(compared).toBeGreaterThan(1000)
  },
  2 * SETTLED_MS_MAX,
)
