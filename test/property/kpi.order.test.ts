import { isDeepStrictEqual } from 'node:util'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { PlantOptions } from '../../src/base/plant.js'
import type { DeviceEvent, LinkChange, Reading } from '../../src/base/reading.js'
import { type Point, windowKey } from '../../src/kpi/point.js'
import { Bench } from '../support/engine.js'
import {
  change,
  changed,
  connection,
  DAY_MS,
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
  type Travel,
  travel,
  travelled,
} from '../support/random-plants.js'
import { occurrences, richConfiguration, richEvents, richPlant, richReadings, signals } from '../support/rich-plants.js'

/** What comes beside the readings, in its own order. */
interface Beside {
  /** In the order of their arrival. */
  readonly events: readonly DeviceEvent[]
  readonly links: readonly LinkChange[]
  /** The second configuration, and from when on. */
  readonly change: { readonly plants: readonly PlantOptions[]; readonly fromMs: number } | null
}

async function arrive(
  bench: Bench,
  readings: readonly Reading[],
  { batches }: Travel,
  { events, links, change }: Beside,
): Promise<void> {
  const rounds = Math.ceil(readings.length / 20)
  for (let at = 0, i = 0; at < readings.length || i <= rounds; i++) {
    const { size, next } = batches[i % batches.length]!
    const share = <T>(all: readonly T[]) =>
      all.slice(Math.floor((all.length * i) / rounds), Math.floor((all.length * (i + 1)) / rounds))
    await bench.commit(readings.slice(at, at + size), share(events), share(links))
    if (change !== null && i === Math.floor(rounds / 2)) await bench.configure(change.plants, change.fromMs)
    at += size
    if (next === 'cycle' || next === 'cycle_and_restart') await bench.cycle()
    if (next === 'late') await bench.cycleLate()
    if (next === 'all') await bench.settle()
    if (next === 'restart' || next === 'cycle_and_restart') await bench.restart()
  }
}

/** All windows are over and everyone has been silent for long. */
async function conclude(bench: Bench, readings: readonly Reading[]): Promise<Map<string, object>> {
  bench.tick((readings.at(-1)?.ts ?? 0) + 70 * DAY_MS)
  await bench.settle()
  await bench.cycle()
  const points = await bench.points()
  expect(points.filter((point) => point.provisional)).toEqual([])
  expect(points.length).toBe(bench.engine.finalPoints)
  return new Map(points.map((point) => [windowKey(point), figureOf(point)]))
}

function figureOf({ value, numerator, denominator, coverage, estimatedShare, reason, flags, factors }: Point): object {
  return { value, numerator, denominator, coverage, estimatedShare, reason, flags, factors }
}

/** The final figures are bit by bit the same when all comes at once and when it comes as it travels. */
async function expectSameFigures(
  plants: readonly PlantOptions[],
  readings: readonly Reading[],
  how: Travel,
  beside: Beside,
  fromMs: number,
): Promise<void> {
  // The first configuration comes before the second, as in a journal.
  const inOrder = await Bench.open(plants, fromMs - DAY_MS)
  const scrambled = await Bench.open(plants, fromMs - DAY_MS)
  try {
    await inOrder.commit(readings, inTimeOrder(beside.events), beside.links)
    if (beside.change !== null) await inOrder.configure(beside.change.plants, beside.change.fromMs)
    const expected = await conclude(inOrder, readings)
    await arrive(scrambled, travelled(readings, how), how, beside)
    const found = await conclude(scrambled, readings)
    // Which windows exist inside a silence depends on when it was known to be one; what they say does not.
    const inBoth = [...expected].filter(([key]) => found.has(key))
    const different = inBoth.filter(([key, figure]) => !isDeepStrictEqual(figure, found.get(key)))
    const some = different.slice(0, 12)
    expect(Object.fromEntries(some.map(([key]) => [key, found.get(key)]))).toEqual(Object.fromEntries(some))
    expect([...expected.keys()].filter((key) => !found.has(key))).toEqual([])
  } finally {
    await inOrder.close()
    await scrambled.close()
  }
}

/** Each event once, as if all had been told in time. */
function inTimeOrder(events: readonly DeviceEvent[]): DeviceEvent[] {
  const byId = new Map(events.map((event) => [`${event.device}/${event.id}`, event]))
  return [...byId.values()].sort((a, b) => a.ts - b.ts)
}

/** The last half of what happened is told first, and twice. */
function told(inTime: readonly DeviceEvent[]): DeviceEvent[] {
  return [...inTime.slice(inTime.length / 2), ...inTime]
}

/** The same cases on every machine; PROPERTY_SEED looks at others. */
const seed = Number(process.env.PROPERTY_SEED ?? 2018)
/** How long each of the two looks for a difference, ms. */
const TIME_LIMIT_MS = Number(process.env.PROPERTY_MS ?? 22_000)
const NUM_RUNS = process.env.PROPERTY_MS === undefined ? 40 : 100_000
const LIMIT_MS = TIME_LIMIT_MS + 600_000

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
    { numRuns: NUM_RUNS, seed, interruptAfterTimeLimit: TIME_LIMIT_MS },
  )(
    'the final figures of a few meters and machines with all their faults are bit by bit the same',
    async (place, [configured, robot, later], [meters, machines, minutes, happened], how) => {
      const fromMs = Date.parse(place.from)
      const readings = readingsOf(meters, machines, fromMs)
      const beside: Beside = {
        events: told(eventsOf(happened, fromMs)),
        links: linksOf(minutes, fromMs, readings.at(-1)?.ts ?? fromMs),
        change:
          later === null
            ? null
            : { ...changed(place.timezone, configured, later), fromMs: fromMs + later.afterMin * MINUTE_MS },
      }
      await expectSameFigures(plantsOf(place.timezone, configured, robot), readings, how, beside, fromMs)
    },
    LIMIT_MS,
  )

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
    { numRuns: NUM_RUNS, seed, interruptAfterTimeLimit: TIME_LIMIT_MS },
  )(
    'the final figures of a plant that has everything are bit by bit the same',
    async (place, [configured, later], [sent, minutes, happened], how) => {
      const fromMs = Date.parse(place.from)
      const readings = richReadings(sent, fromMs)
      const beside: Beside = {
        events: told(richEvents(happened, readings, fromMs)),
        links: linksOf(minutes, fromMs, readings.at(-1)?.ts ?? fromMs),
        change:
          later === null
            ? null
            : { plants: [richPlant(place.timezone, later.to)], fromMs: fromMs + later.afterMin * MINUTE_MS },
      }
      await expectSameFigures([richPlant(place.timezone, configured)], readings, how, beside, fromMs)
    },
    LIMIT_MS,
  )
})
