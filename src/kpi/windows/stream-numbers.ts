import { flat, type KpiPoint, type Scope, type Window } from '../../base/kpi.js'
import type { Stream } from './point.js'

/** All of a stream that tells it from others. */
export type StreamName = Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'kpi' | 'window'>

/** The places of which each gives a stream a number of its own: the state in memory, and the store. */
const PLACES = ['memory', 'store'] as const
type Place = (typeof PLACES)[number]

/** A stream that remembers its numbers, so that it is looked up without a text that would have to be made and kept. */
export class KpiStream implements Stream {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly window: Window
  readonly unit: string
  #inMemory = -1
  #inStore = -1

  constructor({ plant, scope, id, kpi, window, unit }: Stream) {
    this.plant = plant
    this.scope = scope
    this.id = id
    this.kpi = kpi
    this.window = window
    this.unit = unit
  }

  /** Number that a place has given it, -1 for none: it may be that of another stream by now, in a place made anew. */
  static hint(stream: StreamName, place: Place): number {
    if (!(stream instanceof KpiStream)) return -1
    return place === 'memory' ? stream.#inMemory : stream.#inStore
  }

  static note(stream: StreamName, place: Place, number: number): void {
    if (!(stream instanceof KpiStream)) return
    if (place === 'memory') stream.#inMemory = number
    else stream.#inStore = number
  }
}

/**
 * Numbers of streams, from 0 up. There are seventy of them a device: a map by a text of each would be the most of what is kept
 * of a stream, so there is one entry a subject, with a list of its streams.
 */
export class StreamNumbers {
  readonly #place: Place
  readonly #streams: (Stream | undefined)[] = []
  readonly #bySubject = new Map<string, number[]>()

  constructor(place: Place) {
    this.#place = place
  }

  /** The number that the next stream gets. */
  get size(): number {
    return this.#streams.length
  }

  /** Numbers below this one are given to nobody any more. */
  skipTo(number: number): void {
    this.#streams.length = Math.max(number, this.#streams.length)
  }

  /** The stream with a number, as it was when it was added; undefined when there is none. */
  at(number: number): Stream | undefined {
    return this.#streams[number]
  }

  get all(): readonly (Stream | undefined)[] {
    return this.#streams
  }

  find(stream: StreamName): number | undefined {
    const hint = KpiStream.hint(stream, this.#place)
    const known = this.#streams[hint]
    if (known !== undefined && isSame(known, stream)) return hint
    const number = this.#bySubject.get(subjectOf(stream))?.find((one) => isSame(this.#streams[one]!, stream))
    if (number !== undefined) KpiStream.note(stream, this.#place, number)
    return number
  }

  /** Gives a stream that has none a number. */
  add(stream: Stream): number {
    const number = this.#streams.push(stream) - 1
    const subject = subjectOf(stream)
    const ofSubject = this.#bySubject.get(subject)
    if (ofSubject === undefined) this.#bySubject.set(subject, [number])
    else ofSubject.push(number)
    KpiStream.note(stream, this.#place, number)
    return number
  }

  /** Forgets a stream; its number stays unused. */
  delete(number: number): void {
    const stream = this.#streams[number]
    if (stream === undefined) return
    this.#streams[number] = undefined
    const subject = subjectOf(stream)
    const left = this.#bySubject.get(subject)?.filter((one) => one !== number) ?? []
    if (left.length > 0) this.#bySubject.set(subject, left)
    else this.#bySubject.delete(subject)
  }
}

function isSame(a: StreamName, b: StreamName): boolean {
  return (
    a === b || (a.kpi === b.kpi && a.window === b.window && a.id === b.id && a.scope === b.scope && a.plant === b.plant)
  )
}

function subjectOf({ plant, scope, id }: StreamName): string {
  return flat(plant, scope, id)
}
