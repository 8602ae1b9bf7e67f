import { type DeviceOptions, devicesById, type PlantOptions } from '../../base/plant.js'
import { endInForceMs } from '../time/in-force.js'
import { PlantDays } from '../time/plant-days.js'

/** Statement of a configuration about a plant: null where it says nothing of it. */
export interface Stated {
  /** Arrival of the configuration, epoch ms. */
  readonly fromMs: number
  readonly options: PlantOptions | null
}

/** Device as a later statement says that it was. */
export interface SaidLater<T> {
  readonly device: DeviceOptions
  readonly by: T
}

/** Statement that is in force for some time, with what a later one says of it. */
export interface Backdated<T extends Stated> {
  readonly said: T
  /** Place of the statement among all. */
  readonly place: number
  /** Begin of its time, epoch ms. The first of all holds up to the next one, whenever its own configuration arrived. */
  readonly fromMs: number
  readonly options: T['options']
  /** The devices that a later statement has put into it, and that statement. */
  readonly early: readonly SaidLater<T>[]
  /** The devices that stand on another line in it, as a later statement says that they had moved by then. */
  readonly moved: readonly SaidLater<T>[]
}

/** Time of earlier statements in which something holds that a later one says. Epoch ms. */
interface Reach<T> {
  readonly by: T
  readonly fromMs: number
  readonly untilMs: number
}

interface Early<T> extends Reach<T> {
  readonly device: DeviceOptions
}

interface Move<T> extends Reach<T> {
  readonly id: string
  readonly line: string
}

/**
 * The statements about a plant, each for its own time, with what the newest of them says of the time before:
 *
 * - A device with `holds_from` is, from then on and wherever it was not configured, as the first statement of the row of those
 *   that name it up to now has it. So an edit of a device that is configured changes nothing of before.
 * - A device with `moves` stands from the day of each on its line, until the first statement of the row of those that have the
 *   move is in force, which says the line itself; of several moves before an instant the last by its day counts.
 *
 * An undo undoes all of it.
 *
 * @param stated in the order of arrival
 */
export function backdated<T extends Stated>(stated: readonly T[]): readonly Backdated<T>[] {
  const [early, moves] = [earlyDevices(stated), movesOf(stated)]
  return stated.flatMap((said, place): Backdated<T>[] => {
    const { fromMs, options } = said
    const whole = { said, place, fromMs, options, early: [], moved: [] }
    if (options === null) return [whole]
    const [startMs, endMs] = [place === 0 ? -Infinity : fromMs, endInForceMs(stated, place)]
    const isReaching = ({ fromMs, untilMs }: Reach<T>) => fromMs < Math.min(endMs, untilMs) && untilMs > startMs
    const added = early.filter((one) => isReaching(one) && named(said, one.device.id) === undefined)
    const ids = new Set(added.map(({ device }) => device.id))
    const shifted = moves.filter((one) => isReaching(one) && (named(said, one.id) !== undefined || ids.has(one.id)))
    const begins = [...added, ...shifted].map((one) => one.fromMs)
    const cuts = [startMs, ...new Set(begins.filter((ms) => ms > startMs))].sort((a, b) => a - b)
    return cuts.map((cutMs, i) => {
      const here = added.filter((one) => one.fromMs <= cutMs)
      return { ...whole, fromMs: i > 0 ? cutMs : fromMs, ...saidAt(said, here, moves, cutMs) }
    })
  })
}

/** A statement from an instant on, with the devices that are put into it, and those that had moved by then. */
function saidAt<T extends Stated>(
  { options }: T,
  here: readonly Early<T>[],
  moves: readonly Move<T>[],
  ms: number,
): Pick<Backdated<T>, 'options' | 'early' | 'moved'> {
  const all = [...options!.devices, ...here.map(({ device }) => device)]
  const moved = all.flatMap((device): SaidLater<T>[] => {
    const last = moves.findLast((one) => one.id === device.id && one.fromMs <= ms)
    if (last === undefined || last.untilMs <= ms || last.line === device.line) return []
    return [{ device: { ...device, line: last.line }, by: last.by }]
  })
  if (here.length + moved.length === 0) return { options, early: [], moved: [] }
  const now = new Map(moved.map(({ device }) => [device.id, device]))
  const atTheTime = (device: DeviceOptions) => now.get(device.id) ?? device
  const devices = all.map(atTheTime)
  const early = here.map(({ device, by }) => ({ device: atTheTime(device), by }))
  return { options: { ...options!, devices }, early, moved }
}

/**
 * True when a statement behind others may say another thing of their time than the one before it: what holds from a day on in both
 * is as it was when it came in.
 *
 * @param before the last one that says something of the plant; null for none
 */
export function changesPast(before: PlantOptions | null, next: PlantOptions | null): boolean {
  if (next === null) return false
  if (before?.timezone !== next.timezone) return true
  return before.devices !== next.devices && datedOf(before) !== datedOf(next)
}

/** Everything that a plant says of days before its configurations, as one text. */
function datedOf({ devices }: PlantOptions): string {
  const dated = devices.filter(({ holds_from, moves }) => holds_from !== undefined || moves !== undefined)
  return JSON.stringify(dated.map(({ id, holds_from, moves }) => [id, holds_from, moves]))
}

function earlyDevices<T extends Stated>(stated: readonly T[]): readonly Early<T>[] {
  const { said, devices, days } = newestOf(stated)
  return devices.flatMap(({ id, holds_from }): Early<T>[] => {
    if (holds_from === undefined) return []
    const by = firstOfRow(said, (one) => named(one, id) !== undefined)
    const reach = reachOf(by, days.startMs(holds_from), stated)
    return reach === null ? [] : [{ ...reach, device: named(by, id)! }]
  })
}

/** The moves of all devices that were told behind their day, in the order of their days. */
function movesOf<T extends Stated>(stated: readonly T[]): readonly Move<T>[] {
  const { said, devices, days } = newestOf(stated)
  const all = devices.flatMap(({ id, moves = [] }) => {
    return moves.map(({ from, line }): Move<T> => {
      const isThis = (one: { readonly from: string; readonly line: string }) => one.from === from && one.line === line
      const by = firstOfRow(said, (one) => named(one, id)?.moves?.some(isThis) === true)
      const fromMs = days.startMs(from)
      // One that reaches into no earlier statement still comes before those of later days.
      return { id, line, ...(reachOf(by, fromMs, stated) ?? { by, fromMs, untilMs: fromMs }) }
    })
  })
  return all.sort((a, b) => a.fromMs - b.fromMs)
}

/** The newest statement that says something of the plant: one that is silent on it takes nothing of its past away. */
function newestOf<T extends Stated>(stated: readonly T[]) {
  const said = stated.filter(({ options }) => options !== null)
  const newest = said.at(-1)?.options ?? null
  return { said, devices: newest?.devices ?? [], days: new PlantDays(newest?.timezone ?? 'UTC') }
}

/** Time before a statement in which what it says holds from an instant on; null for none. */
function reachOf<T extends Stated>(by: T, fromMs: number, stated: readonly T[]): Reach<T> | null {
  // Behind a clock that was set back a later one is in force before it, which says the same by itself.
  const untilMs = Math.min(by.fromMs, endInForceMs(stated, stated.indexOf(by)))
  // The first statement of all holds for all time before it as it is.
  return by === stated[0] || fromMs >= untilMs ? null : { by, fromMs, untilMs }
}

/** The first of the statements up to the newest that all say something. */
function firstOfRow<T extends Stated>(stated: readonly T[], saysIt: (one: T) => boolean): T {
  let at = stated.length - 1
  while (at > 0 && saysIt(stated[at - 1]!)) at--
  return stated[at]!
}

function named({ options }: Stated, device: string): DeviceOptions | undefined {
  return options === null ? undefined : devicesById(options.devices).get(device)
}
