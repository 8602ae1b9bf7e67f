import { LOT_UNIT_LIST, LOT_UNITS } from '../../base/production-lots.js'
import type { Text } from '../../base/report.js'
import { withTenThousands } from '../../base/ten-thousands.js'

export const REPORT_LANGUAGES = ['en', 'zh', 'both'] as const
/** `both` gives every word twice, English first. */
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number]

/** Both languages stand on lines of their own. */
export function textIn(text: Text, language: ReportLanguage, between = '\n'): string {
  const zh = text.zh.replaceAll(AFTER_WIDE_SIGN, '').replaceAll(NARROW_SEMICOLON, '；')
  if (language !== 'both') return language === 'zh' ? zh : text.en
  return text.en === text.zh ? text.en : `${text.en}${between}${zh}`
}

/** Sentences that were put in a row have a blank between them, which Chinese ones do not take. */
const AFTER_WIDE_SIGN = /(?<=[。！？；，：]) (?=[^ ])/g
/** One that parts two Chinese words. */
const NARROW_SEMICOLON = /(?<=[\p{Script=Han}）]); (?=\p{Script=Han})/gu

/**
 * A unit as it is printed: pieces and ten thousands of money have words, every other sign is the same in both languages. Units
 * that a supplier declares in the words of PACT have their signs.
 */
export function unitText(unit: string, language: ReportLanguage): string {
  const signs = unit.split('/').map((part) => SIGNS.get(part) ?? part)
  const written = withTenThousands(signs.join('/'), language === 'zh' ? 'zh' : 'en')
  return language === 'zh' ? written.replace(/\b(pcs|unit)\b/, '件') : written
}

const SIGNS: ReadonlyMap<string, string> = new Map(
  LOT_UNIT_LIST.filter((sign) => LOT_UNITS[sign].count === '1').map((sign) => [LOT_UNITS[sign].declared, sign]),
)
