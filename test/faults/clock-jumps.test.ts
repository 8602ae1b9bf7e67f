/** A real gateway whose clock is set while devices with and without a time of their own send. All cases: `npm run prove -- clock-jumps`. */
import { describe, expect, test } from 'vitest'
import { findServer } from '../support/servers.js'
import { clocked, pause } from './ground/clocked.js'

const DAY_MS = 86_400_000

describe.skipIf(findServer('faketime') === null)('a clock that is three days ahead for four seconds', () => {
  test('costs no reading and no figure, is on readiness, and minutes go on', async () => {
    const { assumed, timed, goesOnS, said, ...others } = await clocked({
      name: 'three days ahead for 4 s',
      async run({ set }) {
        set(3 * DAY_MS)
        await pause(4000)
        set(0)
      },
    })
    expect(assumed.acknowledged).toBeGreaterThan(100)
    expect(assumed.archived).toBe(assumed.acknowledged)
    expect(timed).toEqual({ acknowledged: timed.acknowledged, archived: timed.acknowledged, quarantined: 0 })
    expect(others).toMatchObject({ conflicts: 0, duplicates: 0, closes: true, otherWindows: 0 })
    expect(others.windows).toBeGreaterThan(0)
    for (const s of [goesOnS.timed, goesOnS.assumed]) expect(s).not.toBe(null)
    expect(said[0]).toMatch(/jumped from .* to .*: which of the two is right nobody can tell/)
    expect(said.at(-1)).toContain('is right again since')
  }, 120_000)
})
