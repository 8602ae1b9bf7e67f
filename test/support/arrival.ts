import { isDeepStrictEqual } from 'node:util'
import { vi } from 'vitest'
import type { PlantOptions } from '../../src/base/plant.js'
import type { ConnectionChange, DeviceEvent, Reading } from '../../src/base/reading.js'
import { HeldPast } from '../../src/kpi/plant/held-past.js'
import { type Point, windowKey } from '../../src/kpi/windows/point.js'
import { Bench } from './engine.js'
import { DAY_MS, type Travel, travelled } from './random-plants.js'
import { unsoundness } from './sound.js'

/** Events, link changes and a change of configuration that come beside the readings, each in its own order. */
export interface Beside {
  /** In the order of their arrival. */
  readonly events: readonly DeviceEvent[]
  readonly connectionChanges: readonly ConnectionChange[]
  /** The second configuration, and from when on. */
  readonly change: { readonly plants: readonly PlantOptions[]; readonly fromMs: number } | null
}

/**
 * Gives a bench all of it as a journal would: a configuration is in force from its arrival on, so it comes before all that
 * arrives later, and no window that ends in its time can be final by then.
 */
export async function arrive(
  bench: Bench,
  readings: readonly Reading[],
  { batches }: Travel,
  { events, connectionChanges, change }: Beside,
): Promise<void> {
  const rounds = Math.ceil(readings.length / 20)
  let toCome = change
  const configure = async (arrivedMs: number) => {
    if (toCome === null || arrivedMs < toCome.fromMs) return
    await bench.configure(toCome.plants, toCome.fromMs)
    toCome = null
  }
  for (let at = 0, i = 0; at < readings.length || i <= rounds; i++) {
    const { size, next } = batches[i % batches.length]!
    const share = <T>(all: readonly T[]) =>
      all.slice(Math.floor((all.length * i) / rounds), Math.floor((all.length * (i + 1)) / rounds))
    const batch = readings.slice(at, at + size)
    await configure(batch.at(-1)?.receivedAt ?? -Infinity)
    await bench.commit(batch, share(events), share(connectionChanges))
    at += size
    if (next === 'cycle' || next === 'cycle_and_restart') await bench.cycle(HOLDS[i % HOLDS.length])
    if (next === 'late') await bench.cycleLate(i % 3 > 0, STEPS[i % STEPS.length])
    if (next === 'all') await bench.settle()
    if (next === 'restart' || next === 'cycle_and_restart') await bench.restart()
  }
  await configure(Infinity)
}

/** Series that are worked on at once, one after the other, or hours of a subject of more: how many these are changes no figure. */
const STEPS = [Infinity, 1, 0.05, 3, 0.2, 2] as const

/** Time for which sums over the past wait for more of it, ms of "now": how long that is changes no figure. */
const HOLDS = [0, 1, 600_000, 0, 1e12] as const

/** Lets the past of subjects of two series be held, as that of large ones is: plants of a hundred take too long. */
export function holdOfFew(): void {
  vi.spyOn(HeldPast.prototype, 'holds').mockImplementation(({ seriesList }) => seriesList.length > 1)
}

/** All windows are over and everyone has been silent for long. */
async function conclude(bench: Bench, readings: readonly Reading[]): Promise<Map<string, object>> {
  bench.tick((readings.at(-1)?.ts ?? 0) + 70 * DAY_MS)
  await bench.settle()
  await bench.cycle()
  const points = await bench.points()
  const open = points.find((point) => point.provisional)
  if (open !== undefined) throw new Error(`${windowKey(open)} is still provisional`)
  const unsound = points.flatMap((point) => unsoundness(point) ?? [])
  if (unsound.length > 0) throw new Error(unsound.slice(0, 12).join('\n'))
  const { finalPoints } = bench.engine
  if (points.length !== finalPoints) throw new Error(`${points.length} points are stored, ${finalPoints} were made`)
  // The timeliness of data depends on their arrival, and is exempt.
  const exempt = (point: Point) => point.stream.kpi === 'data_timeliness'
  return new Map(points.flatMap((point) => (exempt(point) ? [] : [[windowKey(point), figureOf(point)] as const])))
}

function figureOf({ value, numerator, denominator, coverage, estimatedShare, reason, flags, factors }: Point): object {
  return { value, numerator, denominator, coverage, estimatedShare, reason, flags, factors }
}

/** A window that says something else when its data come another way; `found` is undefined when it is not there. */
export interface Difference {
  readonly key: string
  readonly expected: object
  readonly found: object | undefined
}

/** Windows that differ between a plant of which all comes at once and the same one of which it comes as it travels. */
export async function differencesOf(
  plants: readonly PlantOptions[],
  readings: readonly Reading[],
  how: Travel,
  beside: Beside,
  fromMs: number,
): Promise<Difference[]> {
  // The first configuration comes before the second, as in a journal.
  const inOrder = await Bench.open(plants, fromMs - DAY_MS)
  const scrambled = await Bench.open(plants, fromMs - DAY_MS)
  scrambled.isSentInParts = true
  try {
    await inOrder.commit(readings, inTimeOrder(beside.events), beside.connectionChanges)
    if (beside.change !== null) await inOrder.configure(beside.change.plants, beside.change.fromMs)
    const expected = await conclude(inOrder, readings)
    await arrive(scrambled, travelled(readings, how), how, beside)
    const found = await conclude(scrambled, readings)
    // The set of windows inside a silence depends on when it was known to be one; what they say does not.
    return [...expected].flatMap(([key, figure]) => {
      return isDeepStrictEqual(figure, found.get(key)) ? [] : { key, expected: figure, found: found.get(key) }
    })
  } finally {
    await inOrder.close()
    await scrambled.close()
  }
}

/** Each event once, as if all had been told in time. */
export function inTimeOrder(events: readonly DeviceEvent[]): DeviceEvent[] {
  const byId = new Map(events.map((event) => [`${event.device}/${event.id}`, event]))
  return [...byId.values()].sort((a, b) => a.ts - b.ts)
}

/** The last half of what happened is told first, and twice. */
export function told(inTime: readonly DeviceEvent[]): DeviceEvent[] {
  return [...inTime.slice(inTime.length / 2), ...inTime]
}
