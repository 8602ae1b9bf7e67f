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
  // How timely data are depends on their arrival, and is exempt.
  const exempt = (point: Point) => point.stream.kpi === 'data_timeliness'
  return new Map(points.flatMap((point) => (exempt(point) ? [] : [[windowKey(point), figureOf(point)] as const])))
}

function figureOf({ value, numerator, denominator, coverage, estimatedShare, reason, flags, factors }: Point): object {
  return { value, numerator, denominator, coverage, estimatedShare, reason, flags, factors }
}

describe('whatever the order of arrival', () => {
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
    {
      numRuns: 40,
      // The same cases on every machine; PROPERTY_SEED looks at others.
      seed: Number(process.env.PROPERTY_SEED ?? 2018),
      interruptAfterTimeLimit: 40_000,
    },
  )(
    'the final figures are bit by bit the same',
    async (place, [configured, robot, later], [meters, machines, minutes, happened], how) => {
      const fromMs = Date.parse(place.from)
      const plants = plantsOf(place.timezone, configured, robot)
      const readings = readingsOf(meters, machines, fromMs)
      const inTime = eventsOf(happened, fromMs)
      const beside: Beside = {
        // The last half of what happened is told first, and twice.
        events: [...inTime.slice(inTime.length / 2), ...inTime],
        links: linksOf(minutes, fromMs, readings.at(-1)?.ts ?? fromMs),
        change:
          later === null
            ? null
            : { ...changed(place.timezone, configured, later), fromMs: fromMs + later.afterMin * MINUTE_MS },
      }
      // The first configuration comes before the second, as in a journal.
      const inOrder = await Bench.open(plants, fromMs - DAY_MS)
      const scrambled = await Bench.open(plants, fromMs - DAY_MS)
      try {
        await inOrder.commit(readings, inTime, beside.links)
        if (beside.change !== null) await inOrder.configure(beside.change.plants, beside.change.fromMs)
        const expected = await conclude(inOrder, readings)
        await arrive(scrambled, travelled(readings, how), how, beside)
        const found = await conclude(scrambled, readings)
        // Which windows exist inside a silence depends on when it was known to be one; what they say does not.
        const inBoth = [...expected].filter(([key]) => found.has(key))
        expect(Object.fromEntries(inBoth.map(([key]) => [key, found.get(key)]))).toEqual(Object.fromEntries(inBoth))
        expect([...expected].filter(([key]) => !found.has(key))).toEqual([])
      } finally {
        await inOrder.close()
        await scrambled.close()
      }
    },
    120_000,
  )
})
