/** Anchors of the headings of one page, named as GitHub names them: one that comes again is numbered. */
export class Anchors {
  readonly #given = new Set<string>()

  /** @param heading as it is read, without marks of Markdown */
  of(heading: string): string {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-')
    let named = anchor
    for (let again = 1; this.#given.has(named); again++) named = `${anchor}-${again}`
    this.#given.add(named)
    return named
  }
}
