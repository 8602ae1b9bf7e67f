import { z } from 'zod'
import type { DialectState } from '../dialect.js'

/** Time after the first packet of a message within which the others belong to it, by their arrival. */
const TOGETHER_MS = 10 * 60_000

const content = z.strictObject({ packets: z.int(), dataTime: z.string(), arrivedAt: z.number() })
type First = z.output<typeof content>

/**
 * The times of messages that come in several packets (`PNUM`, `PNO`): each packet is decoded by itself, and one that
 * does not repeat `DataTime` has that of the first. One time a station and command is remembered.
 */
export class PacketTimes {
  readonly #firsts = new Map<string, First>()
  readonly #changed = new Set<string>()

  constructor(private readonly name: string) {}

  note(station: string, command: string, first: First): void {
    const key = `${this.name}/${station}/${command}`
    this.#firsts.set(key, first)
    this.#changed.add(key)
  }

  /** The `DataTime` of the first packet; undefined when that has not come. */
  timeOf(station: string, command: string, { packets, arrivedAt }: Omit<First, 'dataTime'>): string | undefined {
    const first = this.#firsts.get(`${this.name}/${station}/${command}`)
    if (first === undefined || first.packets !== packets) return undefined
    const sinceMs = arrivedAt - first.arrivedAt
    return sinceMs >= 0 && sinceMs <= TOGETHER_MS ? first.dataTime : undefined
  }

  takeChanges(): readonly DialectState[] {
    const states = [...this.#changed].map((key) => ({ key, content: JSON.stringify(this.#firsts.get(key)) }))
    this.#changed.clear()
    return states
  }

  restore(states: readonly DialectState[]): void {
    for (const { key, content: text } of states) {
      const first = text === null ? undefined : content.safeParse(JSON.parse(text)).data
      if (first !== undefined) this.#firsts.set(key, first)
    }
  }
}
