import type { CompiledMessage } from './compile.js'
import type { Fan, Path } from './path.js'

const encoder = new TextEncoder()

/** What the paths of a profile want of a value in a payload, and of what stands in it. */
export class Wanted {
  /** Somebody wants the value itself: of a map it is enough that it is one, a list is taken with all that is in it. */
  isLeaf = false
  /** Somebody wants members of it by their places: then all of it is taken. */
  isList = false
  /** There may be several of it in one message. */
  readonly isOneOfMany: boolean
  /** Members of a map by the bytes of their key, which stand under their number. */
  readonly byLength: WantedMember[][] = []
  readonly members: WantedMember[] = []
  readonly fans: { readonly fan: Fan; readonly wanted: Wanted }[] = []
  /** A map in which none of the members is; undefined, so that it always has the same shape. */
  readonly #empty: Record<string, unknown> = {}

  constructor(isOneOfMany: boolean) {
    this.isOneOfMany = isOneOfMany
  }

  /** What is wanted at the end of some steps from here. */
  at(steps: readonly (string | number)[]): Wanted {
    let here: Wanted = this
    for (const step of steps) here = typeof step === 'number' ? here.#listed() : here.#member(step)
    return here
  }

  /** What is wanted at the end of a path: of the members of its fan, if it has one. */
  along({ before, fan, after }: Path): Wanted {
    const start = this.at(before)
    return fan === null ? start : start.#through(fan).at(after)
  }

  /** A map to be filled with what comes: the same each time where there is only one of it in a message. */
  emptyMap(): Record<string, unknown> {
    // Members that are told by their keys keep the order they come in.
    if (this.fans.length > 0) return {}
    if (this.isOneOfMany) return { ...this.#empty }
    const map = this.#empty
    for (const { key } of this.members) map[key] = undefined
    return map
  }

  #member(key: string): Wanted {
    const known = this.members.find((one) => one.key === key)
    if (known !== undefined) return known.wanted
    const bytes = encoder.encode(key)
    const made = { key, bytes, wanted: new Wanted(this.isOneOfMany), seenIn: 0 }
    this.members.push(made)
    // Defined, not assigned: it may be `__proto__`.
    Object.defineProperty(this.#empty, key, { value: undefined, writable: true, enumerable: true, configurable: true })
    this.byLength[bytes.length] ??= []
    this.byLength[bytes.length]!.push(made)
    return made.wanted
  }

  /** All of a list is taken: what is wanted in it is of no account. */
  #listed(): Wanted {
    this.isList = true
    return new Wanted(true)
  }

  #through(fan: Fan): Wanted {
    if (fan.prefix === '' && fan.suffix === '') this.isList = true
    const known = this.fans.find((one) => one.fan.prefix === fan.prefix && one.fan.suffix === fan.suffix)
    if (known !== undefined) return known.wanted
    const wanted = new Wanted(true)
    this.fans.push({ fan, wanted })
    return wanted
  }
}

export interface WantedMember {
  readonly key: string
  readonly bytes: Uint8Array
  readonly wanted: Wanted
  /** Number of the map in which it came last. */
  seenIn: number
}

/** All that some messages want of their JSON. */
export function wantedBy(messages: readonly CompiledMessage[]): Wanted {
  const root = new Wanted(false)
  for (const { when, each, device, time, status, values } of messages) {
    const part = each === null ? root : root.along(each)
    part.isLeaf = true
    const want = (path: Path | null | undefined) => {
      if (path != null) (path.isFromRoot ? root : part).along(path).isLeaf = true
    }
    for (const { at } of when) root.at(at.before).isLeaf = true
    for (const template of [device, ...values.map(({ naming }) => naming)]) {
      for (const one of template?.parts ?? []) if (typeof one === 'object' && 'path' in one) want(one.path)
    }
    want(time?.at)
    want(status?.at)
    for (const value of values) {
      for (const path of [value.at, ...(value.sum ?? []), value.time?.at, value.quality?.at]) want(path)
    }
  }
  return root
}
