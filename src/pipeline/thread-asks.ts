/** More are refused: people ask one thing at a time. */
const WAITING_MAX = 16

/** Questions that the thread that started this one answers, each with its own answer. */
export class ThreadAsks<Ask, Reply> {
  readonly #post: (id: number, ask: Ask) => void
  readonly #busy: Reply
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #asked = 0

  /** @param busy the answer when too many wait */
  constructor(post: (id: number, ask: Ask) => void, busy: Reply) {
    this.#post = post
    this.#busy = busy
  }

  ask(ask: Ask): Promise<Reply> {
    if (this.#waiting.size >= WAITING_MAX) return Promise.resolve(this.#busy)
    const id = ++this.#asked
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#post(id, ask)
    })
  }

  take(id: number, reply: Reply): void {
    this.#waiting.get(id)?.(reply)
    this.#waiting.delete(id)
  }
}
