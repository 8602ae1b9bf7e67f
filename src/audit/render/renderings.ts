import type { Report, ReportStatus } from '../../base/report.js'
import { csvFiles } from './csv.js'
import { jsonOfReport } from './json.js'
import type { ReportLanguage } from './language.js'
import type { Frozen } from './options.js'
import { pdfOf } from './pdf/pdf.js'
import { xlsxOf } from './xlsx.js'

export interface RenderingsOptions {
  readonly status: ReportStatus
  /** Fingerprint of the public key of the ledger. */
  readonly fingerprint: string
  /** Absent of a draft. */
  readonly frozen?: Frozen
  readonly languages: readonly ReportLanguage[]
  /** Folder into which the build has put the font files; `reportFonts` of the wiring. */
  readonly fontsFolder: string
}

export interface Rendering {
  /** Below the folder of the version: `report/report.en.pdf`. */
  readonly path: string
  readonly bytes: Buffer
}

/** All formats of a report, one at a time: JSON, CSV by table, then workbook and PDF in each language. */
export async function* renderings(report: Report, options: RenderingsOptions): AsyncGenerator<Rendering, void> {
  yield { path: 'report/report.json', bytes: jsonOfReport(report) }
  for (const [id, bytes] of csvFiles(report)) yield { path: `report/csv/${id}.csv`, bytes }
  for (const language of options.languages) {
    yield { path: `report/report.${language}.xlsx`, bytes: await xlsxOf(report, { ...options, language }) }
    yield { path: `report/report.${language}.pdf`, bytes: await pdfOf(report, { ...options, language }) }
  }
}
