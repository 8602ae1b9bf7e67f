// @module-tag deep
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { verifyPath } from '../../src/audit/verify/verify-path.js'
import { arrive, type Beside } from '../support/arrival.js'
import { Bench } from '../support/engine.js'
import { evidenceBundle } from '../support/evidence.js'
import { longRepeats, repeated } from '../support/history.js'
import { connection, DAY_MS, linksOf, MINUTE_MS, PLACES, travel, travelled } from '../support/random-plants.js'
import { occurrences, richEvents } from '../support/rich-events.js'
import { richConfiguration, richPlant } from '../support/rich-plants.js'
import { richReadings, signals } from '../support/rich-readings.js'

/** The same cases on every machine; PROPERTY_SEED looks at others. */
const seed = Number(process.env.PROPERTY_SEED ?? 2018)
/** For so long it looks for more cases when that is asked for; one is always made. */
const searchMs = process.env.PROPERTY_MS === undefined ? null : Number(process.env.PROPERTY_MS)
const effort = searchMs === null ? { numRuns: 1 } : { numRuns: 100_000, interruptAfterTimeLimit: searchMs }
const repeats = searchMs === null ? fc.constant([1, 2] as const) : longRepeats
const LIMIT_MS = (searchMs ?? 0) + 120_000

describe('a bundle that nobody has touched', () => {
  test.prop(
    [
      fc.constantFrom(...PLACES),
      fc.tuple(
        richConfiguration,
        fc.option(fc.record({ afterMin: fc.integer({ min: 0, max: 2000 }), to: richConfiguration })),
      ),
      fc.tuple(signals, connection, occurrences),
      repeats,
      travel,
      fc.constantFrom('ghg', 'gbt32150', 'cbam'),
    ],
    { ...effort, seed },
  )(
    'holds, whatever its plant has and has sent',
    async (place, [configured, later], [sent, minutes, happened], times, how, profile) => {
      const fromMs = Date.parse(place.from)
      const readings = repeated(richReadings(sent, fromMs), times)
      const beside: Beside = {
        events: richEvents(happened, readings, fromMs),
        connectionChanges: linksOf(minutes, fromMs, readings.at(-1)?.ts ?? fromMs),
        change:
          later === null
            ? null
            : { plants: [richPlant(place.timezone, later.to)], fromMs: fromMs + later.afterMin * MINUTE_MS },
      }
      const dir = mkdtempSync(join(tmpdir(), 'bundle-'))
      const bench = await Bench.open([richPlant(place.timezone, configured)], fromMs - 100 * DAY_MS)
      try {
        await arrive(bench, travelled(readings, how), how, beside)
        bench.tick((readings.at(-1)?.ts ?? fromMs) + 9 * DAY_MS)
        await bench.settle()
        await bench.cycle()
        const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
        const request = { profile, from: day(fromMs), to: day(fromMs + 2 * DAY_MS) }
        const { zip } = await evidenceBundle(bench, { dir, request })
        const { findings } = await verifyPath(zip)
        expect(findings.filter(({ ok }) => !ok).map(({ text }) => text.en)).toEqual([])
      } finally {
        await bench.close()
        rmSync(dir, { recursive: true, force: true })
      }
    },
    LIMIT_MS,
  )
})
