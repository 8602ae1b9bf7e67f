import { DOORS, type Door, type Flow } from '../base/doors.js'
import type { Taken } from '../decode/taken.js'

/** Age on arrival from which a message is of the past: nobody looks at its figures as at what goes on. */
const PAST_MS = 120_000
/** Counts go out this often, … */
const TOLD_MS = 200
/** … of so many clients of a door at most: those beyond are counted the next time. */
const CLIENTS_MAX = 5000

interface Count {
  messages: number
  past: number
}

/** Counts by client how much of what comes is of the past, for the doors: those slow it down when figures are late. */
export class Flows {
  readonly #byDoor: ReadonlyMap<Door, Map<string, Count>> = new Map(DOORS.map((door) => [door, new Map()]))
  #toldAtMs = 0
  /** Readings of the past since this was set to 0. */
  pastReadings = 0

  /** Counts a decoded message. */
  note({ door, client, arrivedAt }: { door: Door; client: string; arrivedAt: number }, taken: Taken): void {
    const ofDoor = this.#byDoor.get(door)!
    let count = ofDoor.get(client)
    if (count === undefined) {
      if (ofDoor.size >= CLIENTS_MAX) return
      count = { messages: 0, past: 0 }
      ofDoor.set(client, count)
    }
    count.messages++
    let { newestSentTs, readings } = taken
    for (const other of taken.others) {
      newestSentTs = Math.max(newestSentTs, other.newestSentTs)
      readings += other.readings
    }
    if (newestSentTs === -Infinity || arrivedAt - newestSentTs < PAST_MS) return
    count.past++
    this.pastReadings += readings
  }

  /** Takes the counts since the last time; none when that is not long ago. */
  take(nowMs: number): readonly Flow[] {
    if (Math.abs(nowMs - this.#toldAtMs) < TOLD_MS) return []
    this.#toldAtMs = nowMs
    const flows: Flow[] = []
    for (const [door, ofDoor] of this.#byDoor) {
      for (const [client, { messages, past }] of ofDoor) flows.push({ door, client, messages, past })
      ofDoor.clear()
    }
    return flows
  }
}
