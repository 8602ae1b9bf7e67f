// @module-tag slow

import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { Beside } from '../support/arrival.js'
import { type History, longRepeats, offlineDifferences, repeated } from '../support/history.js'
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

/** The same cases on every machine; PROPERTY_SEED looks at others. */
const seed = Number(process.env.PROPERTY_SEED ?? 2018)
/** A short history of each kind always; PROPERTY_MS looks for a difference in long ones too, for so many ms each. */
const searchMs = process.env.PROPERTY_MS === undefined ? null : Number(process.env.PROPERTY_MS)
const effort = searchMs === null ? { numRuns: 1 } : { numRuns: 100_000, interruptAfterTimeLimit: searchMs }
const repeats = searchMs === null ? fc.constant([3, 1] as const) : longRepeats
const LIMIT_MS = (searchMs ?? 0) + 300_000

async function expectSame(history: History): Promise<void> {
  const { differences } = await offlineDifferences(history)
  expect(differences.slice(0, 6)).toEqual([])
}

describe('from the readings alone, without the database', () => {
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
      repeats,
      travel,
    ],
    { ...effort, seed },
  )(
    'the hours and days of a few meters and machines with all their faults are bit by bit those of the gateway',
    async (place, [configured, robot, later], [meters, machines, minutes, happened], times, how) => {
      const fromMs = Date.parse(place.from)
      const readings = repeated(readingsOf(meters, machines, fromMs), times)
      const beside: Beside = {
        events: eventsOf(happened, fromMs),
        connectionChanges: linksOf(minutes, fromMs, readings.at(-1)?.ts ?? fromMs),
        change:
          later === null
            ? null
            : { ...changed(place.timezone, configured, later), fromMs: fromMs + later.afterMin * MINUTE_MS },
      }
      const plants = plantsOf(place.timezone, configured, robot)
      await expectSame({ ...place, plants, readings, beside, how, fromMs })
    },
    LIMIT_MS,
  )
})

describe('from the readings of everything alone', { tags: ['deep'] }, () => {
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
    ],
    { ...effort, seed },
  )(
    'the hours and days of a plant that has everything are bit by bit those of the gateway',
    async (place, [configured, later], [sent, minutes, happened], times, how) => {
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
      const plants = [richPlant(place.timezone, configured)]
      await expectSame({ ...place, plants, readings, beside, how, fromMs })
    },
    LIMIT_MS,
  )
})
