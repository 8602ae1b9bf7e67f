import type { Finding, Text } from '../../base/report.js'

/** Something that was looked at and is as it should be. */
export function holds(code: string, subject: string, text: Text): Finding {
  return { ok: true, code, subject, text }
}

/** Something that is not as it should be; the text says what that means for whoever reads the report. */
export function fails(code: string, subject: string, text: Text): Finding {
  return { ok: false, code, subject, text }
}

/** So many findings of one kind are told one by one: who altered everything need not be told everything. */
export const LISTED_MAX = 50

/** The first findings of one kind, and how many more there were. */
export function bounded(code: string, findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= LISTED_MAX) return findings
  const more = findings.length - LISTED_MAX
  return [
    ...findings.slice(0, LISTED_MAX),
    fails(code, '', { en: `and ${more} more of this kind`, zh: `此类问题另有 ${more} 项` }),
  ]
}
