const ID_BYTES = 64

/**
 * Figures by id, the same few for each, that one thread writes and any other reads without a message between them. Plain
 * 64-bit stores, as in `IntakeStats`. An id keeps its place when it is taken out of the configuration; when all places are
 * taken, those that come are not counted.
 */
export class NamedCounts<Name extends string> {
  readonly #bytes: Uint8Array
  readonly #slotBytes: number

  static shared(names: readonly string[], placesMax: number): SharedArrayBuffer {
    return new SharedArrayBuffer(placesMax * slotBytesOf(names))
  }

  constructor(
    readonly shared: SharedArrayBuffer,
    private readonly names: readonly Name[],
  ) {
    this.#bytes = new Uint8Array(shared)
    this.#slotBytes = slotBytesOf(names)
  }

  /** The figures of an id, in the order of the names; its place is taken by this. Null when there is none left. */
  of(id: string): Float64Array | null {
    for (let slot = 0; slot < this.#slots; slot++) {
      const taken = this.#idAt(slot)
      if (taken === id) return this.#figures(slot)
      if (taken !== '') continue
      this.#bytes.set(Buffer.from(id, 'latin1'), slot * this.#slotBytes)
      return this.#figures(slot)
    }
    return null
  }

  read(): readonly { readonly id: string; readonly figures: Readonly<Record<Name, number>> }[] {
    const found: { id: string; figures: Record<Name, number> }[] = []
    for (let slot = 0; slot < this.#slots; slot++) {
      const id = this.#idAt(slot)
      if (id === '') break
      const cells = this.#figures(slot)
      const figures = Object.fromEntries(this.names.map((name, i) => [name, cells[i]!])) as Record<Name, number>
      found.push({ id, figures })
    }
    return found
  }

  get #slots(): number {
    return this.shared.byteLength / this.#slotBytes
  }

  #idAt(slot: number): string {
    const from = slot * this.#slotBytes
    const bytes = Buffer.from(this.#bytes.slice(from, from + ID_BYTES))
    const end = bytes.indexOf(0)
    return bytes.toString('latin1', 0, end === -1 ? ID_BYTES : end)
  }

  #figures(slot: number): Float64Array {
    return new Float64Array(this.shared, slot * this.#slotBytes + ID_BYTES, this.names.length)
  }
}

function slotBytesOf(names: readonly string[]): number {
  return ID_BYTES + names.length * Float64Array.BYTES_PER_ELEMENT
}
