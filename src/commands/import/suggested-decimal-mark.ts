/** Sign before the decimals of the numbers of a file, by the cells of its first rows. */

export type DecimalMark = '.' | ','

/** Groups of three digits, which may as well be decimals: 1,234 is a thousand or one. */
const GROUPED = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$|^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$/
const SURE: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?(?:\d+\.\d+(?:e[+-]?\d+)?|\d{1,3}(?:,\d{3})+\.\d+)$/i,
  ',': /^[+-]?(?:\d+,\d+|\d{1,3}(?:\.\d{3})+,\d+)$/,
}

/** Null where the cells do not tell: a wrong mark is a factor of a thousand. A comma that parts the cells is no mark. */
export function suggestedDecimalMark(cells: readonly unknown[], delimiter: string): DecimalMark | null {
  if (delimiter === ',') return '.'
  const texts = cells.flatMap((cell) => (typeof cell === 'string' ? [cell.trim()] : []))
  const shows = (mark: DecimalMark) => texts.some((text) => SURE[mark].test(text) && !GROUPED.test(text))
  const [dot, comma] = [shows('.'), shows(',')]
  if (dot && comma) return null
  if (dot || comma) return dot ? '.' : ','
  return texts.some((text) => GROUPED.test(text)) ? null : '.'
}
