import { createHash } from 'node:crypto'
import type { Report } from '../../base/report.js'
import { canonicalJson } from '../canonical.js'

/** The document itself: canonical JSON (RFC 8785) in UTF-8, without a newline at its end. Its SHA-256 is that of the report. */
export function jsonOfReport(report: Report): Buffer {
  const text = canonicalJson(report)
  if (text === undefined) throw new Error('write a report as JSON: it is not a JSON value')
  return Buffer.from(text, 'utf8')
}

/** Hex. */
export function sha256OfReport(report: Report): string {
  return createHash('sha256').update(jsonOfReport(report)).digest('hex')
}
