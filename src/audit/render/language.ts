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

/** A unit as it is printed: pieces and ten thousands of money have words, every other sign is the same in both languages. */
export function unitText(unit: string, language: ReportLanguage): string {
  const written = withTenThousands(unit, language === 'zh' ? 'zh' : 'en')
  return language === 'zh' ? written.replace(/\b(pcs|unit)\b/, '件') : written
}
