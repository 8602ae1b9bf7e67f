// @module-tag slow

import { fc, test } from '@fast-check/vitest'
import { beforeEach, expect } from 'vitest'
import { differencesOf, holdOfFew, told } from '../support/arrival.js'
import {
  connection,
  DAY_MS,
  eventsOf,
  incidents,
  linksOf,
  machine,
  meter,
  meterConfiguration,
  PLACES,
  plantsOf,
  readingsOf,
  robotConfiguration,
  travel,
} from '../support/random-plants.js'

/** Proves that samples weeks or more than a year before all others change what they can change, and nothing else. */

beforeEach(holdOfFew)

/** The same cases on every machine; PROPERTY_SEED looks at others, for PROPERTY_MS. */
const seed = Number(process.env.PROPERTY_SEED ?? 2018)
const SEARCH_MS = process.env.PROPERTY_MS === undefined ? null : Number(process.env.PROPERTY_MS)
const effort =
  SEARCH_MS === null ? { numRuns: 2, seed } : { numRuns: 100_000, seed, interruptAfterTimeLimit: SEARCH_MS }

/** The first so many readings of a device lie so many days before. */
const gap = fc.record({
  device: fc.constantFrom('a', 'b', 'c', 'r'),
  readings: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 30 })),
  days: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 70 }) }, fc.constantFrom(399, 400, 401, 800)),
})

test.prop(
  [
    fc.constantFrom(...PLACES),
    fc.tuple(meterConfiguration, robotConfiguration),
    fc.tuple(
      fc.array(meter, { minLength: 1, maxLength: 4, size: 'max' }),
      fc.array(machine, { maxLength: 1, size: 'max' }),
      connection,
      incidents,
    ),
    fc.array(gap, { minLength: 1, maxLength: 3 }),
    travel,
  ],
  effort,
)(
  'with long gaps, in whatever order they come, final figures are bit by bit those of all samples at once',
  async (place, [configured, robot], [meters, machines, minutes, happened], gaps, how) => {
    const fromMs = Date.parse(place.from)
    const seen = new Map<string, number>()
    const readings = readingsOf(meters, machines, fromMs)
      .map((one) => {
        const nth = (seen.get(one.device) ?? 0) + 1
        seen.set(one.device, nth)
        const days = gaps.reduce((sum, { device, readings, days }) => {
          return sum + (device === one.device && nth <= readings ? days : 0)
        }, 0)
        const ts = one.ts - days * DAY_MS
        return { ...one, ts, receivedAt: ts }
      })
      .sort((a, b) => a.ts - b.ts)
    const beside = {
      events: told(eventsOf(happened, fromMs)),
      connectionChanges: linksOf(minutes, fromMs, readings.at(-1)?.ts ?? fromMs),
      change: null,
    }
    const plants = plantsOf(place.timezone, configured, robot)
    expect((await differencesOf(plants, readings, how, beside, readings[0]?.ts ?? fromMs)).slice(0, 12)).toEqual([])
  },
  (SEARCH_MS ?? 0) + 600_000,
)
