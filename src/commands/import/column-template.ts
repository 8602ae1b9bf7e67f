/** Texts of a mapping into which the cells of a row are put: `{meter}` is the cell of the column `meter`. */

const NAMED = /\{([^{}]+)\}/g

/** Columns that a text names; none for a text that stands for itself. */
export function namesInTemplate(text: string): readonly string[] {
  return [...text.matchAll(NAMED)].map(([, name]) => name!)
}

/** The text with the cells of a row in it; null when one of its columns has nothing in this row. */
export function filledTemplate(text: string, cellText: (column: string) => string | null): string | null {
  let isWhole = true
  const filled = text.replace(NAMED, (_whole, name: string) => {
    const found = cellText(name)
    if (found === null) isWhole = false
    return found ?? ''
  })
  return isWhole ? filled : null
}
