// @module-tag slow

import { fc, test } from '@fast-check/vitest'
import { beforeEach, describe, expect } from 'vitest'
import { type Beside, type Difference, differencesOf, holdOfFew, told } from '../support/arrival.js'
import {
  change,
  changed,
  connection,
  eventsOf,
  incidents,
  linksOf,
  MINUTE_MS,
  machine,
  meter,
  meterConfiguration,
  PLACES,
  plantsOf,
  readingsOf,
  robotConfiguration,
  travel,
} from '../support/random-plants.js'
import { occurrences, richEvents } from '../support/rich-events.js'
import { richConfiguration, richPlant } from '../support/rich-plants.js'
import { richReadings, signals } from '../support/rich-readings.js'

beforeEach(holdOfFew)

function expectNone(differences: readonly Difference[]): void {
  // A dozen of them tell the rest.
  expect(differences.slice(0, 12)).toEqual([])
}

/** The same cases on every machine; PROPERTY_SEED looks at others. */
const seed = Number(process.env.PROPERTY_SEED ?? 2018)
/**
 * Time for which each of the two tests looks for a difference, ms; without it each looks at one case, and the second,
 * whose plant takes a quarter of a minute, in the deep run alone.
 */
const SEARCH_MS = process.env.PROPERTY_MS === undefined ? null : Number(process.env.PROPERTY_MS)
const effort = (numRuns: number) =>
  SEARCH_MS === null ? { numRuns, seed } : { numRuns: 100_000, seed, interruptAfterTimeLimit: SEARCH_MS }
const LIMIT_MS = (SEARCH_MS ?? 0) + 600_000

describe('whatever the order of arrival, with restarts in the middle of windows', () => {
  test.prop(
    [
      fc.constantFrom(...PLACES),
      fc.tuple(meterConfiguration, robotConfiguration, change),
      fc.tuple(
        fc.array(meter, { minLength: 1, maxLength: 5, size: 'max' }),
        fc.array(machine, { maxLength: 2, size: 'max' }),
        connection,
        incidents,
      ),
      travel,
    ],
    effort(1),
  )(
    'the final figures of a few meters and machines with all their faults are bit by bit the same, finite or null with a reason',
    async (place, [configured, robot, later], [meters, machines, minutes, happened], how) => {
      const fromMs = Date.parse(place.from)
      const readings = readingsOf(meters, machines, fromMs)
      const beside: Beside = {
        events: told(eventsOf(happened, fromMs)),
        connectionChanges: linksOf(minutes, fromMs, readings.at(-1)?.ts ?? fromMs),
        change:
          later === null
            ? null
            : { ...changed(place.timezone, configured, later), fromMs: fromMs + later.afterMin * MINUTE_MS },
      }
      expectNone(await differencesOf(plantsOf(place.timezone, configured, robot), readings, how, beside, fromMs))
    },
    LIMIT_MS,
  )
})

describe('whatever the order of arrival, of everything', { tags: ['deep'] }, () => {
  test.prop(
    [
      fc.constantFrom(...PLACES),
      fc.tuple(
        richConfiguration,
        fc.option(fc.record({ afterMin: fc.integer({ min: 0, max: 2000 }), to: richConfiguration })),
      ),
      fc.tuple(signals, connection, occurrences),
      travel,
    ],
    effort(1),
  )(
    'the final figures of a plant that has everything are bit by bit the same, finite or null with a reason',
    async (place, [configured, later], [sent, minutes, happened], how) => {
      const fromMs = Date.parse(place.from)
      const readings = richReadings(sent, fromMs)
      const beside: Beside = {
        events: told(richEvents(happened, readings, fromMs)),
        connectionChanges: linksOf(minutes, fromMs, readings.at(-1)?.ts ?? fromMs),
        change:
          later === null
            ? null
            : { plants: [richPlant(place.timezone, later.to)], fromMs: fromMs + later.afterMin * MINUTE_MS },
      }
      expectNone(await differencesOf([richPlant(place.timezone, configured)], readings, how, beside, fromMs))
    },
    LIMIT_MS,
  )
})
