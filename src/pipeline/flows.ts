import { type ClientFlow, INGRESS_KINDS, type IngressKind } from '../base/ingress.js'
import type { DecodedMessage } from '../decode/decoded-message.js'

/** Age on arrival from which a message is of the past: nobody looks at its figures as at what goes on. */
const PAST_MS = 120_000
/** Counts go out this often, … */
const TOLD_MS = 200
/** … of so many clients of an ingress at most: those beyond are counted the next time. */
const CLIENTS_MAX = 10_000

interface Count {
  messages: number
  past: number
}

/** Counts by client how much of what comes is of the past, for the ingress: those slow it down when figures are late. */
export class Flows {
  readonly #byIngress: ReadonlyMap<IngressKind, Map<string, Count>> = new Map(
    INGRESS_KINDS.map((ingress) => [ingress, new Map()]),
  )
  #toldAtMs = 0
  /** Readings of the past since this was set to 0. */
  pastReadings = 0

  /** Counts a decoded message. */
  note(
    { ingress, client, arrivedAt }: { ingress: IngressKind; client: string; arrivedAt: number },
    taken: DecodedMessage,
  ): void {
    const ofIngress = this.#byIngress.get(ingress)!
    let count = ofIngress.get(client)
    if (count === undefined) {
      if (ofIngress.size >= CLIENTS_MAX) return
      count = { messages: 0, past: 0 }
      ofIngress.set(client, count)
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
  take(nowMs: number): readonly ClientFlow[] {
    if (Math.abs(nowMs - this.#toldAtMs) < TOLD_MS) return []
    this.#toldAtMs = nowMs
    const flows: ClientFlow[] = []
    for (const [ingress, ofIngress] of this.#byIngress) {
      for (const [client, { messages, past }] of ofIngress) flows.push({ ingress, client, messages, past })
      ofIngress.clear()
    }
    return flows
  }
}
