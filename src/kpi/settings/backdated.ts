import type { DeviceOptions, PlantOptions } from '../../base/plant.js'
import { PlantDays } from '../time/plant-days.js'

/** Statement of a configuration about a plant: null where it says nothing of it. */
export interface Stated {
  /** Arrival of the configuration, epoch ms. */
  readonly fromMs: number
  readonly options: PlantOptions | null
}

/** Statement that is in force for some time, with the devices that a later one says hold from before. */
export interface Backdated<T extends Stated> {
  readonly said: T
  /** Place of the statement among all. */
  readonly place: number
  /** Begin of its time, epoch ms. The first of all holds up to the next one, whenever its own configuration arrived. */
  readonly fromMs: number
  readonly options: T['options']
  /** The devices that a later statement has put into it, and that statement. */
  readonly early: readonly { readonly device: DeviceOptions; readonly by: T }[]
}

interface Early<T> {
  readonly device: DeviceOptions
  readonly by: T
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * The statements about a plant, each for its own time, with devices that were configured only later: the newest statement gives
 * such a device `holds_from`, and from then on it is, wherever it was not configured, as the first statement of the row of those
 * that name it up to now has it. So an edit of a device that is configured changes nothing of before, and an undo undoes all of it.
 *
 * @param stated in the order of arrival
 */
export function backdated<T extends Stated>(stated: readonly T[]): readonly Backdated<T>[] {
  const early = earlyDevices(stated)
  return stated.flatMap((said, place): Backdated<T>[] => {
    const { fromMs, options } = said
    const whole = { said, place, fromMs, options, early: [] }
    if (options === null) return [whole]
    const [startMs, endMs] = [place === 0 ? -Infinity : fromMs, stated[place + 1]?.fromMs ?? Infinity]
    const reaching = early.filter((one) => one.fromMs < endMs && one.untilMs > startMs)
    const added = reaching.filter(({ device }) => named(said, device.id) === undefined)
    if (added.length === 0) return [whole]
    const cuts = [startMs, ...new Set(added.map((one) => one.fromMs).filter((ms) => ms > startMs))].sort(
      (a, b) => a - b,
    )
    return cuts.map((cutMs, i): Backdated<T> => {
      const here = added.filter((one) => one.fromMs <= cutMs)
      const devices = here.length === 0 ? options.devices : [...options.devices, ...here.map(({ device }) => device)]
      return {
        said,
        place,
        fromMs: i > 0 ? cutMs : fromMs,
        options: { ...options, devices } as T['options'],
        early: here,
      }
    })
  })
}

function earlyDevices<T extends Stated>(stated: readonly T[]): readonly Early<T>[] {
  // One that is silent on the plant takes nothing of its past away.
  const said = stated.filter(({ options }) => options !== null)
  const newest = said.at(-1)?.options ?? null
  return (newest?.devices ?? []).flatMap(({ id, holds_from }): Early<T>[] => {
    if (holds_from === undefined) return []
    const by = firstOfRow(said, id)
    const fromMs = new PlantDays(newest!.timezone).startMs(holds_from)
    // The first statement of all holds for all time before it as it is.
    if (by === stated[0] || fromMs >= by.fromMs) return []
    return [{ device: named(by, id)!, by, fromMs, untilMs: by.fromMs }]
  })
}

/** The first of the statements up to the newest that all name a device. */
function firstOfRow<T extends Stated>(stated: readonly T[], device: string): T {
  let at = stated.length - 1
  while (at > 0 && named(stated[at - 1]!, device) !== undefined) at--
  return stated[at]!
}

/** The devices of a plant by id: a plant of thousands is asked for each configuration that it has ever had. */
const BY_ID = new WeakMap<PlantOptions, ReadonlyMap<string, DeviceOptions>>()

function named({ options }: Stated, device: string): DeviceOptions | undefined {
  if (options === null) return undefined
  const known = BY_ID.get(options) ?? new Map(options.devices.map((one) => [one.id, one]))
  BY_ID.set(options, known)
  return known.get(device)
}
