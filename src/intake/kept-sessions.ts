/** The sessions of clients that are away, at most so many. */
export class KeptSessions {
  /** In the order in which they went away. */
  readonly #away = new Set<string>()

  constructor(private readonly countMax: number) {}

  /** Its client has gone; gives the client id of the session that must go for it, if one must. */
  keep(clientId: string): string | null {
    this.#away.delete(clientId)
    this.#away.add(clientId)
    if (this.#away.size <= this.countMax) return null
    const longest = this.#away.values().next().value as string
    this.#away.delete(longest)
    return longest
  }

  /** A session is kept for it. */
  has(clientId: string): boolean {
    return this.#away.has(clientId)
  }

  /** Its client is back, or it is no session any more. */
  forget(clientId: string): void {
    this.#away.delete(clientId)
  }
}
