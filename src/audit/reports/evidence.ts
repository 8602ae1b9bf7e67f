import { hash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { KpiInfo } from '../../base/kpi.js'
import { POLLUTANTS } from '../../base/options/limits.js'
import type { ConfigVersion } from '../../base/plant.js'
import { QUALITIES } from '../../base/quality.js'
import type { Report } from '../../base/report.js'
import { byDeviceAndMetric, compareText } from '../../base/text-order.js'
import { claimSeriesKey } from '../../insight/savings/claim.js'
import type { OfflineSeries } from '../../kpi/offline/plant.js'
import { IMPORT_KPI } from '../../kpi/windows/contracts.js'
import type { Point, Stream } from '../../kpi/windows/point.js'
import { writeDurably } from '../../program/durable-file.js'
import type { StreamQuery } from '../../stores/store.js'
import { configurationName } from '../bundle/format.js'
import { canonical, type LedgerEntry } from '../ledger/entry.js'
import { plantParts } from '../ledger/sealing.js'
import { periodsOf } from '../periods.js'
import { claimNeeds } from '../report/claimed-savings.js'
import type { ReportSources, StreamQuality } from '../report/sources.js'
import type { PlantTimeRange } from './watch.js'

/** As far as the hourly table of a stack looks back, see `stack-hours.ts`. */
const LOOK_BACK_MS = 2 * 2160 * HOUR_MS
const LIMIT = 100_000

/** Sources of the evidence that stands beside the files of days. */
export interface EvidenceSources {
  readonly report: Pick<ReportSources, 'streams' | 'rejected' | 'claimDays'>
  /** Streams of stored points of a plant. */
  streams(plant: string): readonly Stream[]
  points(query: StreamQuery): Promise<readonly Point[]>
  /** In their order. */
  configurations(): readonly ConfigVersion[]
  /** The ledger as it stands. */
  entries(): AsyncIterable<LedgerEntry>
}

/** Tables that come with the program, as they were when a report was frozen. */
export interface ProgramFiles {
  /** Folder of the factor tables. */
  readonly factors: string
  readonly catalogue: readonly KpiInfo[]
  /** The verifier as one file. */
  readonly verifier: string
}

/** Writes factor tables, formulas and verifier into the folder of a version; `docs/understand/evidence-bundle.md` says how. */
export async function writeProgramFiles(dir: string, files: ProgramFiles): Promise<void> {
  const factors = join(dir, 'evidence', 'factors')
  mkdirSync(factors, { recursive: true })
  for (const name of readdirSync(files.factors).filter((name) => name.endsWith('.csv'))) {
    copyFileSync(join(files.factors, name), join(factors, name))
  }
  const formulas = files.catalogue.map(({ id, name, unit, formula, source, confidence }) => {
    return { id, name, unit, formula, source, confidence }
  })
  await writeDurably(join(dir, 'evidence'), 'formulas.json', canonical(formulas))
  mkdirSync(join(dir, 'verify'), { recursive: true })
  copyFileSync(files.verifier, join(dir, 'verify', 'greengauge-verify.mjs'))
}

/** A plant of a report. */
export interface ReportedPlant {
  readonly plant: string
  /** IANA. */
  readonly zone: string
  readonly span: PlantTimeRange
  readonly series: readonly OfflineSeries[]
  /** Streams whose hours the report adds up, as `hourStreams` names them; none when absent. */
  readonly hours?: readonly string[]
}

/** Streams of a plant whose hours a report adds up, as `scope|id|kpi`. */
export function hourStreams({ figures }: Pick<Report, 'figures'>, plant: string): readonly string[] {
  const found = Object.values(figures).flatMap(({ made }) =>
    made.by === 'hours' && made.plant === plant ? [`${made.scope}|${made.id}|${made.kpi}`] : [],
  )
  return [...new Set(found)]
}

/** Writes what a bundle has of a plant beside its days. */
export async function writePlantEvidence(
  dir: string,
  sources: EvidenceSources,
  reported: ReportedPlant,
): Promise<void> {
  const { plant, zone, span, series } = reported
  const folder = join(dir, 'evidence', plant)
  mkdirSync(folder, { recursive: true })
  const write = (name: string, rows: readonly (readonly CsvCell[])[]) => writeDurably(folder, `${name}.csv`, csv(rows))
  await write('series', [
    ['device', 'metric', 'class', 'unit', 'line', 'first_ts', 'last_ts', 'walk_from'],
    ...[...series].sort(byDeviceAndMetric).map((one) => {
      return [
        one.device,
        one.metric,
        one.class,
        one.unit,
        one.line,
        instant(one.firstTs),
        instant(one.lastTs),
        instant(one.foldFromMs),
      ]
    }),
  ])
  const streams = [...(await sources.report.streams({ plant, ...span }))].sort(byDeviceAndMetric)
  await write('completeness', completeness(streams))
  await write('gaps', [
    ['device', 'metric', 'from', 'to'],
    ...streams.flatMap(({ device, metric, gaps }) =>
      gaps.map(({ fromMs, toMs }) => [device, metric, instant(fromMs), instant(toMs)]),
    ),
  ])
  const rejected = Object.entries(await sources.report.rejected({ plant, ...span })).filter(([, count]) => count > 0)
  await write('rejected', [['reason', 'elements'], ...rejected.sort(([a], [b]) => (a < b ? -1 : 1))])
  await write('hours-before', await hoursBefore(sources, plant, zone, span))
  await write('kept-windows', await keptWindows(sources, reported))
  await writeImports(sources, plant, write)
  await writeSavingDays(sources, plant, span, write)
  await writeConfigurations(dir, sources, plant)
}

function completeness(streams: readonly StreamQuality[]): (readonly CsvCell[])[] {
  return [
    [
      ...['device', 'metric', 'unit', 'received', 'late', 'assumed_time', 'delay_ms', 'gaps', 'gap_hours'],
      ...QUALITIES,
    ],
    ...streams.map(({ device, metric, unit, received, late, assumedTime, delayMs, gaps, byQuality }) => {
      const gapMs = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
      const counts = QUALITIES.map((quality) => byQuality[quality] ?? 0)
      return [device, metric, unit, received, late, assumedTime, delayMs, gaps.length, gapMs / HOUR_MS, ...counts]
    }),
  ]
}

/**
 * Days, and hours of stacks and lots, that have a point although little or nothing speaks for them: whether there is one inside a
 * silence depends on when it was known to be one, and that no reading says.
 */
async function keptWindows(sources: EvidenceSources, { plant, span, hours }: ReportedPlant) {
  const { fromMs, toMs } = span
  const summed = new Set(hours)
  const rows: CsvCell[][] = []
  for (const { scope, id, kpi, window } of sources.streams(plant)) {
    const isInReport =
      (scope !== 'line' && window === '1d') ||
      (window === '1h' && (STACK_KPI.test(kpi) || summed.has(`${scope}|${id}|${kpi}`)))
    if (!isInReport) continue
    for (const point of await sources.points({ plant, scope, id, kpi, window, fromMs, toMs, limit: LIMIT })) {
      const isEmpty = point.value === null || point.coverage === 0
      if (isEmpty && !point.provisional) rows.push([scope, id, kpi, window, instant(point.startMs)])
    }
  }
  const ordered = rows.sort((a, b) => compareText(a.join(), b.join()))
  return [['scope', 'id', 'kpi', 'window', 'start'], ...ordered]
}

/** Final days of the import of a plant, as far back as its contracts are matched with them; none without contracts. */
async function writeImports(
  sources: EvidenceSources,
  plant: string,
  write: (name: string, rows: readonly (readonly CsvCell[])[]) => Promise<void>,
): Promise<void> {
  const contracts = sources
    .configurations()
    .flatMap(({ plants }) => plants.find(({ id }) => id === plant)?.contracts ?? [])
  if (contracts.length === 0) return
  // A day before the year, in whatever zone the plant lies.
  const fromMs = Date.UTC(Math.min(...contracts.map(({ vintage }) => vintage)), 0, 1) - DAY_MS
  const of = { plant, scope: 'plant', id: plant, kpi: IMPORT_KPI, window: '1d' } as const
  const points = await sources.points({ ...of, fromMs, toMs: Number.MAX_SAFE_INTEGER, limit: LIMIT })
  const rows = points
    .filter(({ provisional }) => !provisional)
    .map(({ startMs, numerator }) => [instant(startMs), numerator])
  await write('import-days', [['day', 'kwh'], ...rows])
}

/** Days before the period that savings are claimed against; none without claims. */
async function writeSavingDays(
  sources: EvidenceSources,
  plant: string,
  { fromMs }: PlantTimeRange,
  write: (name: string, rows: readonly (readonly CsvCell[])[]) => Promise<void>,
): Promise<void> {
  const rows = new Map<string, CsvCell[]>()
  for (const { plants } of sources.configurations()) {
    const options = plants.find(({ id }) => id === plant)
    if (options === undefined || options.savings.length === 0) continue
    const needs = claimNeeds(options, options.savings, NO_DAYS)
    const dayStarts = needs.dayStarts.filter((startMs) => startMs < fromMs)
    for (const [key, values] of await sources.report.claimDays({ ...needs, dayStarts })) {
      const { of, id, name } = needs.series.find((one) => claimSeriesKey(one) === key)!
      for (const [startMs, value] of values) {
        const row = [of, id, name, instant(startMs), value]
        rows.set(row.slice(0, 4).join(), row)
      }
    }
  }
  if (rows.size === 0) return
  const ordered = [...rows].sort(([a], [b]) => compareText(a, b)).map(([, row]) => row)
  await write('saving-days', [['of', 'id', 'name', 'start', 'value'], ...ordered])
}

/** A span without days of reporting: those of the period are computed from its readings. */
const NO_DAYS = { from: '', to: '' }

/** Final hours of stacks before the period, as far as the substitution of its hours looks back; and the first of all. */
async function hoursBefore(sources: EvidenceSources, plant: string, zone: string, span: PlantTimeRange) {
  const quarter = periodsOf('quarter', zone, span.fromMs, span.fromMs + 1)[0]!.startMs
  const year = periodsOf('year', zone, span.fromMs, span.fromMs + 1)[0]!.startMs
  const fromMs = Math.min(year, quarter - LOOK_BACK_MS)
  const wanted = sources.streams(plant).filter(({ scope, window, kpi }) => {
    return scope === 'device' && window === '1h' && STACK_KPI.test(kpi)
  })
  const rows: CsvCell[][] = []
  for (const { id, kpi } of [...wanted].sort((a, b) => compareText(a.id, b.id) || compareText(a.kpi, b.kpi))) {
    const of = { plant, scope: 'device', id, kpi, window: '1h' } as const
    const found = await sources.points({ ...of, fromMs, toMs: span.fromMs, limit: LIMIT })
    const first = kpi.startsWith('valid_capture_')
      ? await sources.points({ ...of, fromMs: Date.UTC(2000, 0, 1), toMs: fromMs, limit: 1 })
      : []
    for (const { startMs, endMs, value, reason, provisional } of [...first, ...found]) {
      if (!provisional) rows.push([id, kpi, instant(startMs), instant(endMs), value, reason])
    }
  }
  return [['stack', 'kpi', 'start', 'end', 'value', 'reason'], ...rows]
}

const STACK_KPI = new RegExp(
  `^(valid_capture|pollutant_mean|pollutant_ref_mean|pollutant_mass|exceed_hours)_(${POLLUTANTS.join('|')})$`,
)

/** Writes the part on this plant of each configuration that the ledger names, byte by byte as it was hashed. */
async function writeConfigurations(dir: string, sources: EvidenceSources, plant: string): Promise<void> {
  const versions = sources.configurations()
  for await (const { number, body } of sources.entries()) {
    if (body.kind !== 'configuration' || !Object.hasOwn(body.plants, plant)) continue
    const version = versions.find(({ fromMs, hash }) => hash === body.sha256 && instant(fromMs) === body.from)
    const part = version === undefined ? undefined : plantParts(version.content).find(([id]) => id === plant)
    const text = part === undefined ? '' : canonical(part[1])
    if (hash('sha256', text, 'hex') !== body.plants[plant]) {
      throw new Error(`what entry ${number} of the ledger says of the configuration of ${plant} is not in the archive`)
    }
    const name = configurationName(plant, number)
    mkdirSync(join(dir, dirname(name)), { recursive: true })
    await writeDurably(dir, name, text)
  }
}

type CsvCell = string | number | null

/** RFC 4180 with line feeds: evidence, as it was signed, and not for spreadsheets. */
function csv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\n`).join('')
}

function cellText(cell: CsvCell): string {
  if (cell === null) return ''
  const text = String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Empty where there is none. */
function instant(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : ''
}
