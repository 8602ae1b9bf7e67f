/** What is known of one device that has sent something, configured or not. */
export interface Sender {
  readonly plant: string
  readonly device: string
  line: string
  /** Messages whose topic names this device, decoded or not. */
  messages: number
  /** Readings decoded from them. */
  readings: number
  elementsRejected: number
  /** Arrival of its last message, epoch ms. */
  lastArrivalMs: number
  /** Newest event time in its last message that had one, epoch ms; -Infinity before. */
  lastTs: number
  /** Newest event time ever, epoch ms; -Infinity before. */
  newestTs: number
  /** Its last status message. */
  status: 'online' | 'offline' | null
  /** MQTT client that published its last sample; null before the first. */
  client: string | null
  /** Whether that client has a session: `lost` when the gateway itself was stopped. */
  session: 'open' | 'ended' | 'lost' | null
}

/** Every sender, and which of them changed since the last commit. */
export class Senders {
  readonly #byKey = new Map<string, Sender>()
  #touched = new Set<Sender>()

  /** The sender, made when it is new, and marked as changed. */
  touch(plant: string, line: string, device: string): Sender {
    const key = `${plant}/${device}`
    let sender = this.#byKey.get(key)
    if (sender === undefined) {
      sender = {
        plant,
        device,
        line,
        messages: 0,
        readings: 0,
        elementsRejected: 0,
        lastArrivalMs: -Infinity,
        lastTs: -Infinity,
        newestTs: -Infinity,
        status: null,
        client: null,
        session: null,
      }
      this.#byKey.set(key, sender)
    }
    sender.line = line
    this.#touched.add(sender)
    return sender
  }

  add(sender: Sender): void {
    this.#byKey.set(`${sender.plant}/${sender.device}`, sender)
  }

  find(plant: string, device: string): Sender | undefined {
    return this.#byKey.get(`${plant}/${device}`)
  }

  all(): Iterable<Sender> {
    return this.#byKey.values()
  }

  takeTouched(): readonly Sender[] {
    const touched = [...this.#touched]
    this.#touched = new Set()
    return touched
  }
}
