/** An item with the number of the batch in which it was published. */
export interface Sequenced<T> {
  readonly seq: number
  readonly item: T
}

interface Node<T> {
  readonly key: string
  entry: Sequenced<T>
  before: Node<T> | null
  after: Node<T> | null
}

/**
 * The newest item of each key, longest unchanged first; at most `max` keys. The order is a chain of its own: a `Map` whose
 * first keys are deleted again and again has to step over the places of all of them to find the next. Numbers never fall.
 */
export class Newest<T> {
  readonly #max: number
  readonly #byKey = new Map<string, Node<T>>()
  #first: Node<T> | null = null
  #last: Node<T> | null = null

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#byKey.size
  }

  /** Number of the item that is longest unchanged; undefined when there is none. */
  get oldestSeq(): number | undefined {
    return this.#first?.entry.seq
  }

  /** Answers the item that had to go to make room, if one had to. */
  put(key: string, entry: Sequenced<T>): Sequenced<T> | undefined {
    const known = this.#byKey.get(key)
    if (known === undefined) {
      const node = { key, entry, before: null, after: null }
      this.#byKey.set(key, node)
      this.#append(node)
      return this.#byKey.size > this.#max ? this.take(1)[0] : undefined
    }
    known.entry = entry
    if (known !== this.#last) {
      this.#unlink(known)
      this.#append(known)
    }
    return undefined
  }

  delete(key: string): void {
    const node = this.#byKey.get(key)
    if (node === undefined) return
    this.#byKey.delete(key)
    this.#unlink(node)
  }

  /** Removes and answers up to `count` items, longest unchanged first. */
  take(count: number): Sequenced<T>[] {
    const taken: Sequenced<T>[] = []
    while (taken.length < count && this.#first !== null) {
      taken.push(this.#first.entry)
      this.delete(this.#first.key)
    }
    return taken
  }

  /** Items after a batch, longest unchanged first. It looks at no more than those and the one before them. */
  since(seq: number): Sequenced<T>[] {
    const found: Sequenced<T>[] = []
    for (let node = this.#last; node !== null && node.entry.seq > seq; node = node.before) found.push(node.entry)
    return found.reverse()
  }

  /** Becomes what another of the same size is. */
  copy(other: Newest<T>): void {
    this.clear()
    for (let node = other.#first; node !== null; node = node.after) this.put(node.key, node.entry)
  }

  clear(): void {
    if (this.#first === null) return
    this.#byKey.clear()
    this.#first = null
    this.#last = null
  }

  #append(node: Node<T>): void {
    node.before = this.#last
    node.after = null
    if (this.#last === null) this.#first = node
    else this.#last.after = node
    this.#last = node
  }

  #unlink({ before, after }: Node<T>): void {
    if (before === null) this.#first = after
    else before.after = after
    if (after === null) this.#last = before
    else after.before = before
  }
}
