import { DAY_MS } from '../../base/durations.js'
import { isLastingEvent } from '../../base/events.js'
import type { DeviceEvent } from '../../base/reading.js'
import type { DialectState } from '../dialect-state.js'
import { type Fault, fault } from '../fault.js'
import type { ConfiguredNames } from './configured.js'
import type { EventBudgetName, Limits } from './options.js'

/** An event is counted on its own day as long as that is no longer ago. */
const DAYS_MAX = 7
/** Older events are counted on the day of their arrival, with room for so many days. */
const PAST_DAYS = 10
/** So many of the last events of a device cost nothing when they are sent again. */
const RECENT_MAX = 16
/** The rooms that are saved: `events/d/{plant}/{device}`, `events/p/{plant}` and `events/s/{plant}` of strangers. */
const EVENTS = 'events/'

type Sent = Pick<DeviceEvent, 'plant' | 'device' | 'id' | 'type' | 'ts'>

interface Counts {
  all: number
  lasting: number
}

/** Counts of the events taken of a device, or of many, on the days that are still open. */
interface Room {
  /** By day since 1970, event time; those of the past by their day of arrival, as `-day`. */
  readonly days: Map<number, Counts>
  /** Ids of the newest events of a device; nothing for a room of many. */
  recent: string[]
}

interface SavedRoom {
  readonly days: readonly (readonly [day: number, all: number, lasting: number])[]
  readonly recent: readonly string[]
}

/**
 * Counts the events that devices have sent, day by day, and says whether there is room for one more. A day is that of the
 * event, in UTC; which events of it are taken follows from the order of the journal. People's entries never come here.
 */
export class EventBudgets {
  readonly #rooms = new Map<string, Room>()
  readonly #changed = new Set<string>()

  /** Notes an event; or names the budget that is spent. @param nowMs epoch ms, of the journal */
  admit(event: Sent, nowMs: number, limits: Limits, configured: ConfiguredNames): EventBudgetName | null {
    const ownKey = keyOf(event.plant, event.device)
    const own = this.#room(ownKey)
    // Whoever says the same again and again says nothing new.
    if (own.recent.includes(event.id)) return null
    const sharedKey = sharedKeyOf(event, configured)
    const shared = this.#room(sharedKey)
    const [day, times] = placeOf(event.ts, nowMs)
    const [ofDevice, ofPlant] = [countsOf(own, day, nowMs), countsOf(shared, day, nowMs)]
    const isLasting = isLastingEvent(event.type)
    const spent = spentBy(ofDevice, ofPlant, isLasting, limits, times)
    if (spent !== null) return spent
    for (const counts of [ofDevice, ofPlant]) {
      counts.all++
      if (isLasting) counts.lasting++
    }
    own.recent.push(event.id)
    if (own.recent.length > RECENT_MAX) own.recent.shift()
    this.#changed.add(ownKey).add(sharedKey)
    return null
  }

  /** A device is new when it comes again; what its plant has spent stays spent. */
  forget(plant: string, device: string): void {
    const key = keyOf(plant, device)
    if (this.#rooms.delete(key)) this.#changed.add(key)
  }

  takeChanges(): readonly DialectState[] {
    const changes = [...this.#changed].map((key) => {
      const room = this.#rooms.get(key)
      return { key: EVENTS + key, content: room === undefined ? null : JSON.stringify(saved(room)) }
    })
    this.#changed.clear()
    return changes
  }

  restore(states: readonly DialectState[]): void {
    for (const { key, content } of states) {
      if (!key.startsWith(EVENTS) || content === null) continue
      const { days, recent } = JSON.parse(content) as SavedRoom
      const counts = days.map(([day, all, lasting]): [number, Counts] => [day, { all, lasting }])
      this.#rooms.set(key.slice(EVENTS.length), { days: new Map(counts), recent: [...recent] })
    }
  }

  #room(key: string): Room {
    let room = this.#rooms.get(key)
    if (room === undefined) {
      room = { days: new Map(), recent: [] }
      this.#rooms.set(key, room)
    }
    return room
  }
}

function keyOf(plant: string, device: string): string {
  return `d/${plant}/${device}`
}

/** Strangers share a room of their own: they take none from the devices that somebody has configured. */
function sharedKeyOf({ plant, device }: Sent, configured: ConfiguredNames): string {
  if (configured.hasDevice(plant, device)) return `p/${plant}`
  return configured.hasPlant(plant) ? `s/${plant}` : 's/'
}

/** The day on which an event counts, and for how many days there is room there; a day of arrival is negative. */
function placeOf(ts: number, nowMs: number): [day: number, times: number] {
  const [day, today] = [Math.floor(ts / DAY_MS), Math.floor(nowMs / DAY_MS)]
  return today - day <= DAYS_MAX ? [day, 1] : [-today, PAST_DAYS]
}

function countsOf({ days }: Room, day: number, nowMs: number): Counts {
  let counts = days.get(day)
  if (counts === undefined) {
    const today = Math.floor(nowMs / DAY_MS)
    for (const other of days.keys()) if (Math.abs(today - Math.abs(other)) > DAYS_MAX) days.delete(other)
    counts = { all: 0, lasting: 0 }
    days.set(day, counts)
  }
  return counts
}

function spentBy(
  ofDevice: Counts,
  ofPlant: Counts,
  isLasting: boolean,
  limits: Limits,
  times: number,
): EventBudgetName | null {
  const isSpent = (used: number, budget: EventBudgetName) => used >= limits[budget] * times
  if (isLasting && isSpent(ofDevice.lasting, 'lasting_events_per_device')) return 'lasting_events_per_device'
  if (isSpent(ofDevice.all, 'events_per_device')) return 'events_per_device'
  if (isLasting && isSpent(ofPlant.lasting, 'lasting_events_per_plant')) return 'lasting_events_per_plant'
  return isSpent(ofPlant.all, 'events_per_plant') ? 'events_per_plant' : null
}

function saved({ days, recent }: Room): SavedRoom {
  return { days: [...days].map(([day, { all, lasting }]) => [day, all, lasting] as const), recent }
}

/** Fault of an event that is not taken, in words for whoever runs the device. */
export function eventFault({ plant, device, ts }: Sent, budget: EventBudgetName, limits: Limits, nowMs: number): Fault {
  const [, times] = placeOf(ts, nowMs)
  const isOfDevice = budget.endsWith('per_device')
  const of = times === 1 ? `of ${new Date(ts).toISOString().slice(0, 10)}` : 'of the past'
  const who = isOfDevice
    ? `device ${device} of plant ${plant} has no room for one more event ${of}`
    : `plant ${plant} has no room for one more event ${of}, here of device ${device}`
  const max = limits[budget]
  const past = times === 1 ? '' : `, and ${max * times} for all from more than a week before they come`
  const kinds = budget.startsWith('lasting') ? ' of types that figures depend on for good' : ''
  return fault('too_many', `${who}: limits.${budget} is ${max} a day${kinds}${past}; send fewer, or raise the limit`)
}
