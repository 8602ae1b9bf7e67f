import type { CompiledCondition, CompiledMessage, CompiledTime, CompiledValue } from './compile.js'

/** Place of what a path leads to in a shape: a gap by its number, a list or map, or nothing. */
export type PlaceInShape = number | 'members' | 'missing'

/**
 * A kind of message whose values stand in gaps of one shape, one reading each: found out once, and then read number by
 * number. Whatever else a message may be (a fan, a status, a name in the payload, a word, a quality) has none of these.
 */
export interface PlainMessage {
  readonly when: readonly { readonly gap: number; readonly condition: CompiledCondition }[]
  readonly time: { readonly gap: number; readonly read: CompiledTime['read'] } | null
  /** Values that are there; never empty, unless none of them has to be. */
  readonly values: readonly PlainValue[]
}

export interface PlainValue {
  readonly gap: number
  /** Number and meaning among those of the message. */
  readonly number: number
  readonly value: CompiledValue
}

type PlaceOf = (steps: readonly (string | number)[]) => PlaceInShape

/** A message in texts of one shape; null when it has to be read by its objects there. */
export function plainMessage(message: CompiledMessage, placeOf: PlaceOf): PlainMessage | null {
  const { format, each, status, isPartial } = message
  if (format !== 'json' || each !== null || status !== null) return null
  const when: PlainMessage['when'][number][] = []
  for (const condition of message.when) {
    const { at, is } = condition
    if (at.fan !== null) return null
    const place = placeOf(at.before)
    if (typeof place === 'number') when.push({ gap: place, condition })
    else if (place === 'missing' || is !== null) return null
  }
  const time = message.time === null ? 'missing' : placeOf(message.time.at.before)
  if (message.time?.at.fan || time === 'members') return null
  const values: PlainValue[] = []
  for (const [number, value] of message.values.entries()) {
    const steps = stepsOf(value)
    const place = steps === null ? 'members' : placeOf(steps)
    if (place === 'members') return null
    if (place !== 'missing') values.push({ gap: place, number, value })
  }
  if (values.length === 0 && !isPartial) return null
  const read = message.time?.read
  return { when, time: time === 'missing' || read === undefined ? null : { gap: time, read }, values }
}

/** The way to a value that is one number as it was sent; null for any other. */
function stepsOf({ at, sum, naming, words, time, qualities }: CompiledValue): readonly (string | number)[] | null {
  if (naming !== null || words !== null || time !== null || qualities.length > 0) return null
  const path = at ?? (sum?.length === 1 ? sum[0]! : null)
  return path === null || path.fan !== null ? null : path.before
}
