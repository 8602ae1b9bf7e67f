/** One item of a template of the regulation, or a part of one, in its own words. */
export interface RegulationItem {
  /** `15(e)-3` is the third dash of 15(e) in point 1.1, `(4)(c)-3` its like in point 1.2. */
  readonly id: string
  readonly text: string
  readonly parts: readonly RegulationItem[]
}

/** A lettered part: its words, or its words with those of its dashes. */
type LetteredPart = string | readonly [text: string, dashes: readonly string[]]

/** An item with its parts (a), (b), … and their dashes. */
export function regulationItem(id: string, text: string, parts: readonly LetteredPart[] = []): RegulationItem {
  const lettered = parts.map((part, i): RegulationItem => {
    const letter = `${id}(${String.fromCharCode(97 + i)})`
    const [words, dashes] = typeof part === 'string' ? [part, []] : part
    return {
      id: letter,
      text: words,
      parts: dashes.map((dash, d) => ({ id: `${letter}-${d + 1}`, text: dash, parts: [] })),
    }
  })
  return { id, text, parts: lettered }
}

/** Items that have no parts: each of these is answered by itself. */
export function answeredItems(items: readonly RegulationItem[]): readonly RegulationItem[] {
  return items.flatMap((item) => (item.parts.length === 0 ? [item] : answeredItems(item.parts)))
}
