import { readFile } from 'node:fs/promises'
import { pactExport } from '../../audit/footprint/pact/export.js'
import type { ReportLanguage } from '../../audit/render/language.js'
import type { ScheduleFormat, ScheduleOptions } from '../../audit/reports/options.js'
import { startOfDayIn } from '../../base/days-in-zone.js'
import type { Report, ReportItem, ReportPeriod } from '../../base/report.js'
import { figureCsv, figureRows } from '../../views/figure-table.js'
import { CSV_ROWS_MAX, WORKBOOK_ROWS_MAX } from '../../views/routes/figure-table.js'
import type { KpiFigures } from '../../views/sources/kpis.js'
import type { KnownPlants } from '../../views/sources/plants.js'
import type { AuditSources } from '../../views/sources/reports.js'

export interface DocumentFile {
  readonly name: string
  readonly bytes: Buffer
}

export type DocumentSources = Pick<AuditSources, 'report' | 'reportFile' | 'submitAudit' | 'auditJob'> &
  KpiFigures &
  KnownPlants

/** As many as schedules: more are of reports that have been given up. */
const JOBS_MAX = 64

/** Jobs that make evidence bundles, by report and version: none is handed in twice. */
export type BundleJobs = Map<string, string>

/** Throws when the job has failed. */
async function askForBundle(item: ReportItem, jobs: BundleJobs, sources: DocumentSources): Promise<void> {
  const key = `${item.id} ${item.version}`
  const known = jobs.get(key)
  const job = known === undefined ? null : await sources.auditJob(known)
  if (job?.state === 'waiting' || job?.state === 'running') return
  jobs.delete(key)
  if (job?.state === 'failed') throw new Error(job.detail.en)
  const submitted = await sources.submitAudit({ what: 'bundle', item })
  if (submitted === null) return
  const [oldest] = jobs.keys()
  if (jobs.size >= JOBS_MAX && oldest !== undefined) jobs.delete(oldest)
  jobs.set(key, submitted.id)
}

/** Files of a version of a report, a draft being named so; null while its evidence bundle is still being made. */
export async function reportFiles(
  item: ReportItem,
  { formats = ['pdf'] }: Pick<ScheduleOptions, 'formats'>,
  { languages, jobs }: { readonly languages: readonly ReportLanguage[]; readonly jobs: BundleJobs },
  sources: DocumentSources,
): Promise<readonly DocumentFile[] | null> {
  const isDraft = item.status === 'draft'
  const stem = `${item.id}.v${item.version}${isDraft ? '.draft' : ''}`
  const wanted = formats.filter((format) => format !== 'csv' && !(isDraft && (format === 'zip' || format === 'pact')))
  if (wanted.includes('zip') && !item.has_bundle) {
    await askForBundle(item, jobs, sources)
    return null
  }
  const files: DocumentFile[] = []
  for (const format of wanted) {
    if (format === 'pact') {
      files.push(...(await pactFiles(item, stem, sources)))
      continue
    }
    for (const [ending, language] of endingsOf(format, languages)) {
      const asked = { format: ending.endsWith('sig') ? ('zip.sig' as const) : format, language, table: 'figures' }
      const found = await sources.reportFile(item, asked)
      if (found === null) throw new Error(`${item.id} has no ${format}`)
      const bytes = 'path' in found ? await readFile(found.path) : Buffer.from(found.bytes)
      files.push({ name: `${stem}.${ending}`, bytes })
    }
  }
  return files
}

/** A file for buyers of each lot that has all that PACT 3 asks; lots that lack something are told by the report. */
async function pactFiles(item: ReportItem, stem: string, sources: DocumentSources): Promise<readonly DocumentFile[]> {
  const found = await sources.reportFile(item, { format: 'json', language: 'en', table: 'figures' })
  if (found === null) throw new Error(`${item.id} has no json`)
  const text = 'path' in found ? await readFile(found.path, 'utf8') : Buffer.from(found.bytes).toString('utf8')
  return pactExport(JSON.parse(text) as Report, item.status === 'superseded').footprints.map((footprint) => {
    return { name: `${stem}.pact.${footprint.id}.json`, bytes: Buffer.from(JSON.stringify(footprint, null, 2)) }
  })
}

/** Renderings are there in each language, all else once. */
function endingsOf(format: ScheduleFormat, languages: readonly ReportLanguage[]) {
  if (format === 'zip') return [['zip', 'en'] as const, ['zip.sig', 'en'] as const]
  if (format === 'json') return [['json', 'en'] as const]
  return languages.map((language) => [`${language}.${format}`, language] as const)
}

/** A table of figures of the days of a period. Throws for one that is too long, and for figures that are not computed so. */
export async function figureFiles(
  { figures, formats = ['xlsx'], plants }: Pick<ScheduleOptions, 'figures' | 'formats' | 'plants'>,
  { name, period }: { readonly name: string; readonly period: ReportPeriod },
  sources: DocumentSources,
): Promise<readonly DocumentFile[]> {
  const { kpis: ids = [], window = '1d', scope = 'plant' } = figures ?? {}
  const known = sources.plants().filter(({ id }) => plants.includes(id))
  const kpis = sources.catalogue.filter(({ id }) => ids.includes(id))
  // The period is one of this zone, in whichever order the plants are configured.
  const zone = known.find(({ id }) => id === plants[0])?.timezone ?? 'UTC'
  const [fromMs, toMs] = [startOfDayIn(zone, period.from), startOfDayIn(zone, period.to)]
  const isBook = formats.includes('xlsx')
  const rowsMax = isBook ? WORKBOOK_ROWS_MAX : CSV_ROWS_MAX
  const rows = await figureRows({ plants: known, kpis, window, scope, ids: null, fromMs, toMs, rowsMax }, sources)
  const stem = `${name}.figures.${period.from}.${period.to}`
  const files: DocumentFile[] = []
  if (formats.includes('csv')) files.push({ name: `${stem}.csv`, bytes: Buffer.from(figureCsv(rows)) })
  if (isBook) {
    const { figureWorkbook } = await import('../../views/figure-workbook.js')
    files.push({ name: `${stem}.xlsx`, bytes: await figureWorkbook(rows) })
  }
  return files
}
