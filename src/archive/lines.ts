/** The names of the lines that readings came under, each with a number: a reading keeps its line, and a number is small. */
export class LineNames {
  readonly #names: string[] = []
  readonly #ids = new Map<string, number>()

  /** The number of a name; `isNew` when it was not known. */
  of(name: string): { readonly id: number; readonly isNew: boolean } {
    const known = this.#ids.get(name)
    if (known !== undefined) return { id: known, isNew: false }
    const id = this.#names.length
    this.add({ id, name })
    return { id, isNew: true }
  }

  add({ id, name }: LineName): void {
    this.#names[id] = name
    this.#ids.set(name, id)
  }

  nameOf(id: number): string {
    const name = this.#names[id]
    if (name === undefined) throw new Error(`there is no line ${id}`)
    return name
  }
}

export interface LineName {
  readonly id: number
  readonly name: string
}
