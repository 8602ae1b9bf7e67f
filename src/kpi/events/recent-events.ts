import { DAY_MS } from '../../base/durations.js'
import type { CountedEvent } from '../../base/events.js'
import type { KpiEvent } from '../formulas/recipe.js'

/** Events are in memory from so long before the newest one on; what is older is read from the archive. */
const IN_MEMORY_MS = 3 * DAY_MS
/** At most so many; beyond that the oldest are read from the archive too. */
const EVENTS_MAX = 200_000

/** Finds the events of one type at a device in [fromMs, toMs), in order of time. */
export type EventsOf = (device: string, type: CountedEvent, fromMs: number, toMs: number) => readonly KpiEvent[]

/** An event with its type, as the archive has it. */
export interface TypedEvent extends KpiEvent {
  readonly type: CountedEvent
}

/** The events of the last days of a plant that figures are made of, by device and type. */
export class RecentEvents {
  readonly #lists = new Map<string, KpiEvent[]>()
  #count = 0
  #newestMs = -Infinity
  #fromMs = Infinity

  /** All events from this instant on are here; Infinity before they were taken over. Epoch ms. */
  get fromMs(): number {
    return this.#fromMs
  }

  /** Event time from which on the book should hold everything, when the newest event is known. */
  static inMemoryFromMs(newestMs: number): number {
    return newestMs - IN_MEMORY_MS
  }

  /** Takes over everything from an instant on, in order of time. */
  fill(events: readonly TypedEvent[], fromMs: number): void {
    this.#lists.clear()
    this.#count = 0
    this.#fromMs = fromMs
    for (const event of events) this.#insert(event)
    this.#trim()
  }

  /** An event that has just been archived. */
  add(event: TypedEvent): void {
    if (event.ts < this.#fromMs) return
    this.#insert(event)
    this.#trim()
  }

  between: EventsOf = (device, type, fromMs, toMs) => {
    const list = this.#lists.get(keyOf(device, type)) ?? []
    return list.slice(placeOf(list, fromMs), placeOf(list, toMs))
  }

  #insert(event: TypedEvent): void {
    const key = keyOf(event.device, event.type)
    const list = this.#lists.get(key) ?? []
    this.#lists.set(key, list)
    if (event.ts >= (list.at(-1)?.ts ?? -Infinity)) list.push(event)
    else list.splice(placeOf(list, event.ts + 1), 0, event)
    this.#count++
    this.#newestMs = Math.max(this.#newestMs, event.ts)
  }

  #trim(): void {
    if (this.#count > EVENTS_MAX) this.#dropBefore((this.#fromMs + this.#newestMs) / 2)
    else if (this.#newestMs - this.#fromMs > IN_MEMORY_MS + DAY_MS) this.#dropBefore(this.#newestMs - IN_MEMORY_MS)
  }

  #dropBefore(ms: number): void {
    this.#fromMs = ms
    for (const list of this.#lists.values()) this.#count -= list.splice(0, placeOf(list, ms)).length
  }
}

function keyOf(device: string, type: CountedEvent): string {
  return `${device}/${type}`
}

/** Counts the events of a list that lie before an instant. */
function placeOf(list: readonly KpiEvent[], ms: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle]!.ts < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** Finds events by device and type in a list in order of time. */
export function eventsFrom(events: readonly TypedEvent[]): EventsOf {
  const lists = new Map<string, KpiEvent[]>()
  for (const event of events) {
    const key = keyOf(event.device, event.type)
    const list = lists.get(key)
    if (list === undefined) lists.set(key, [event])
    else list.push(event)
  }
  return (device, type, fromMs, toMs) => {
    const list = lists.get(keyOf(device, type)) ?? []
    return list.slice(placeOf(list, fromMs), placeOf(list, toMs))
  }
}
