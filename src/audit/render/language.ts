import type { Text } from '../../base/report.js'

export const REPORT_LANGUAGES = ['en', 'zh', 'both'] as const
/** `both` gives every word twice, English first. */
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number]

/** Both languages stand on lines of their own. */
export function textIn(text: Text, language: ReportLanguage, between = '\n'): string {
  if (language !== 'both') return text[language]
  return text.en === text.zh ? text.en : `${text.en}${between}${text.zh}`
}

/** A unit as it is printed: pieces have a word in Chinese, every other sign is the same in both languages. */
export function unitText(unit: string, language: ReportLanguage): string {
  return language === 'zh' ? unit.replace(/\b(pcs|unit)\b/, '件') : unit
}
