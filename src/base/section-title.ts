import type { Text } from './report.js'

/** A section's title without a number of its own, as some standards give it: a document counts its sections once. */
export function unnumberedTitle({ en, zh }: Text): Text {
  return { en: en.replace(/^\d+ /, ''), zh: zh.replace(/^[一二三四五六七八九十]+、/, '') }
}
