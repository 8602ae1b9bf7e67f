import type { DialectState } from '../dialect-state.js'

/** Names that are remembered: with more of them a will speaks for those that came first. */
const NAMES_MAX = 20_000
const NAME_CHARS_MAX = 256
/** Begins the keys of what is kept of them, as those of all that the dialect keeps do. */
const KEPT_UNDER = 'profile/heard '

/** One profile in use, as its names are kept: the same after a start, and after a change of anything else. */
export type UseKey = readonly [plant: string, profile: string, prefix: string]

/** Names under which devices of profiles in use have sent: a will may speak for all that begin alike, such as the channels of one. */
export class HeardNames {
  /** Names by use and beginning, each up to one of its slashes. */
  readonly #byBeginning = new Map<string, Set<string>>()
  readonly #known = new Set<string>()
  #changes: DialectState[] = []

  /** A device has sent under a name. */
  hear(use: UseKey, name: string): void {
    if (name.length > NAME_CHARS_MAX || !name.includes('/') || this.#known.size >= NAMES_MAX) return
    const key = KEPT_UNDER + JSON.stringify([...use, name])
    if (!this.#add(key, use, name)) return
    this.#changes.push({ key, content: '' })
  }

  /** The names heard that begin with a text, which ends in a slash. */
  under(use: UseKey, beginning: string): Iterable<string> {
    return this.#byBeginning.get(beginningKey(use, beginning)) ?? []
  }

  takeChanges(): readonly DialectState[] {
    if (this.#changes.length === 0) return []
    const changes = this.#changes
    this.#changes = []
    return changes
  }

  restore(states: readonly DialectState[]): void {
    for (const { key } of states) {
      if (!key.startsWith(KEPT_UNDER)) continue
      const [plant, profile, prefix, name] = JSON.parse(key.slice(KEPT_UNDER.length)) as [
        string,
        string,
        string,
        string,
      ]
      this.#add(key, [plant, profile, prefix], name)
    }
  }

  #add(key: string, use: UseKey, name: string): boolean {
    if (this.#known.has(key)) return false
    this.#known.add(key)
    for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
      const under = beginningKey(use, name.slice(0, at + 1))
      const names = this.#byBeginning.get(under)
      if (names === undefined) this.#byBeginning.set(under, new Set([name]))
      else names.add(name)
    }
    return true
  }
}

function beginningKey(use: UseKey, beginning: string): string {
  return JSON.stringify([...use, beginning])
}
