// @module-tag deep
/** Proves that kills under full load lose no acknowledged reading and change no figure. */
import { expect, test } from 'vitest'
import { KILL_MS_MAX, killed, settledMsMax } from './ground/killed.js'
import { WINDOW } from './ground/loaded-gateway.js'

/** So many always; KILLS asks for another number, such as 1000. */
const KILLS = Number(process.env.KILLS ?? 50)
/** For comparing. */
const END_MS_MAX = 120_000

test(
  `killed ${KILLS} times under full load, the gateway has every acknowledged reading once and every figure right`,
  async () => {
    const { broken, worked, wasCut, resent } = await killed(KILLS, 20261124)
    expect(broken).toEqual([])
    // The test has tested something: many kills hit a gateway at work, and most of those behind an open door cut messages off.
    expect(worked).toBeGreaterThanOrEqual(Math.floor(KILLS / 4))
    expect(wasCut).toBeGreaterThanOrEqual(KILLS / 2)
    expect(resent).toBeGreaterThan(KILLS * WINDOW)
  },
  KILLS * KILL_MS_MAX + settledMsMax(KILLS) + END_MS_MAX,
)
