import type { Report, ReportStatus } from '../../base/report.js'
import { csvFiles } from './csv.js'
import type { ReportLanguage } from './language.js'
import { xlsxOf } from './xlsx.js'

/** A file of a report, by its name in a frozen version and in a bundle. */
export interface Rendering {
  readonly path: string
  readonly bytes: Uint8Array
}

/** Everything that a report is rendered as. */
export async function* renderings(
  report: Report,
  options: {
    readonly status: ReportStatus
    readonly fingerprint: string
    readonly languages: readonly ReportLanguage[]
  },
): AsyncGenerator<Rendering> {
  const { status, fingerprint, languages } = options
  for (const [table, bytes] of csvFiles(report)) yield { path: `report/csv/${table}.csv`, bytes }
  for (const language of languages) {
    yield { path: `report/report.${language}.xlsx`, bytes: await xlsxOf(report, { language, status, fingerprint }) }
  }
}
