import type { Finding } from '../../base/report.js'

/** A check of ledger, archive or audit log says so of one subject, in both languages. */

export function failedFinding(code: string, subject: string, [en, zh]: readonly [en: string, zh: string]): Finding {
  return { ok: false, code, subject, text: { en: `${subject} ${en}`, zh: `${subject} ${zh}` } }
}

export function soundFinding(code: string, subject: string, [en, zh]: readonly [en: string, zh: string]): Finding {
  return { ok: true, code, subject, text: { en, zh } }
}
