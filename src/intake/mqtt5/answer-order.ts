/**
 * PUBACKs, or PUBRECs, of one connection in the order of their messages [MQTT-4.6.0-2] [MQTT-4.6.0-3]: a refusal waits for
 * no disk, but for the answers to what came before it. No more wait than packets are under way, as `InFlight` bounds them.
 */
export class AnswerOrder {
  #came = 0
  #answered = 0
  /** Oldest first; each when so many are answered. */
  #refusals: { readonly after: number; readonly refuse: () => void }[] = []
  #isRefusing = false

  /** Refusals that wait. */
  get waiting(): number {
    return this.#refusals.length
  }

  /** A message is taken, and its answer is due. */
  takes(): void {
    this.#came += 1
  }

  /** A message is refused; `refuse` answers it in its turn, at the next `goOn` at the earliest. */
  refuses(refuse: () => void): void {
    this.#refusals.push({ after: this.#came, refuse })
    this.#came += 1
  }

  /** An answer goes out. */
  answered(): void {
    this.#answered += 1
  }

  /** Lets the refusals go out whose turn it is. */
  goOn(): void {
    if (this.#isRefusing) return
    this.#isRefusing = true
    let done = 0
    while (done < this.#refusals.length && this.#refusals[done]!.after <= this.#answered)
      this.#refusals[done++]!.refuse()
    this.#refusals.splice(0, done)
    this.#isRefusing = false
  }

  /** The connection has gone. */
  end(): void {
    this.#refusals = []
  }
}
