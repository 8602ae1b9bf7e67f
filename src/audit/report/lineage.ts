import { ENTRY_EVENTS } from '../../base/entries.js'
import type { KpiPoint } from '../../base/kpi.js'
import type { LineageFormula, Report, ReportFigure, ReportStatus } from '../../base/report.js'
import type { LineageAnswer, LineageReading, LineageSeries } from '../../base/wire/audit.js'
import type { EntryItem } from '../../base/wire/entries.js'
import { sourceInChinese } from '../../kpi/catalogue-zh.js'
import type { Point } from '../../kpi/windows/point.js'
import { entryItemsOf, eventItem } from '../entries.js'
import { formulaInChinese } from './formulas-zh.js'
import { eventsOfKpi, metricsOfKpi } from './kpi-metrics.js'
import { formulaOf } from './rules.js'
import type { ReportSources } from './sources.js'

/** The readings of a series around an instant, and what the ledger knows of days: what the sources of a report do not have. */
export interface LineageSources extends Pick<ReportSources, 'days' | 'streams' | 'events'> {
  /** A final point as it is given out, with its edition of the rules where that is an older one. */
  wire(point: Point): KpiPoint
  /** The last readings before an instant and the first from it on, `count` of each, in order of time. */
  readingsAround(query: {
    readonly plant: string
    readonly device: string
    readonly metric: string
    readonly atMs: number
    readonly count: number
  }): Promise<readonly LineageReading[]>
}

/** Facts that belong to a version of a report and are not in it. */
export interface LineageVersion {
  readonly status: ReportStatus
  readonly sealedDays: number
  readonly days: number
  readonly entry: string | null
}

/** Readings before and after a boundary: a register is interpolated between two. */
const AROUND = 2
/** Entries that are shown; a decision on one may have been made at any time of it. */
const ENTRIES_MAX = 100
/** Series that are shown; a plant-wide figure of data quality is made of every one there is. */
const SERIES_MAX = 50

/** The way from a figure down to its formula, days, factors and the readings at both ends of the period; null without such a figure. */
export async function lineageOf(
  report: Report,
  id: string,
  sources: LineageSources,
  version: LineageVersion,
): Promise<LineageAnswer | null> {
  const figure = Object.hasOwn(report.figures, id) ? report.figures[id] : undefined
  if (figure === undefined) return null
  const { made } = figure
  const formula = made.by === 'days' ? made.kpi : made.by === 'rule' ? made.formula : null
  return {
    report: { id: report.id, version: report.version, status: version.status },
    id,
    figure,
    formula: formula === null ? null : stated(report, formula),
    inputs: inputsOf(report, figure),
    factors: report.factors.filter((factor) => figure.factors.includes(factor.id)),
    days: await daysOf(report, figure, sources),
    readings: await seriesOf(report, figure, sources),
    entries: await entriesIn(report, figure, sources),
    proof: { days: version.days, sealed: version.sealedDays, entry: version.entry },
  }
}

/** The figure as the report states it, with its words in Chinese. */
function stated({ formulas }: Report, id: string): LineageFormula {
  const found = formulas.find((one) => one.id === id) ?? formulaOf(id)
  return { ...found, formula_zh: formulaInChinese(found.formula), source_zh: sourceInChinese(found.source) }
}

function inputsOf({ figures }: Report, { made }: ReportFigure): Readonly<Record<string, ReportFigure>> {
  if (made.by === 'days' || made.by === 'count' || made.by === 'statement') return {}
  const of = made.by === 'sum' ? [...made.of, ...(made.less ?? [])] : made.of
  return Object.fromEntries(of.flatMap((id) => (figures[id] === undefined ? [] : [[id, figures[id]]])))
}

function spanOf({ plants }: Report, plant: string): { fromMs: number; toMs: number } | null {
  const found = plants.find(({ id }) => id === plant)
  return found === undefined ? null : { fromMs: Date.parse(found.start), toMs: Date.parse(found.end) }
}

async function daysOf(report: Report, { made }: ReportFigure, sources: LineageSources): Promise<LineageAnswer['days']> {
  if (made.by !== 'days') return []
  const { plant, kpi, scope, id } = made
  const span = spanOf(report, plant)
  if (span === null) return []
  const points = await sources.days({ plant, ...span, kpis: [kpi], scopes: [scope] })
  return points
    .filter(({ stream, provisional }) => stream.id === id && !provisional)
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((point) => sources.wire(point))
}

/** The series that a KPI is made of, of the device or of all of the plant. */
async function seriesOf(report: Report, { made }: ReportFigure, sources: LineageSources): Promise<LineageSeries[]> {
  if (made.by !== 'days') return []
  const { plant, kpi, scope, id } = made
  const span = spanOf(report, plant)
  const metrics = metricsOfKpi(kpi)
  if (span === null || metrics.length === 0) return []
  const all = await sources.streams({ plant, ...span })
  const wanted = all.filter(({ device, metric }) => {
    return metrics.includes(metric) && (scope !== 'device' || device === id)
  })
  const found: LineageSeries[] = []
  for (const { device, metric, unit, received } of wanted.slice(0, SERIES_MAX)) {
    const around = (atMs: number) => sources.readingsAround({ plant, device, metric, atMs, count: AROUND })
    found.push({
      plant,
      device,
      metric,
      unit,
      count: received,
      missing: missingOf(report, plant, device, metric),
      around_start: await around(span.fromMs),
      around_end: await around(span.toMs),
    })
  }
  return found
}

/** The entries of the period that a KPI is made of, and the bill or other paper that a figure says it is. */
async function entriesIn(report: Report, { made }: ReportFigure, sources: LineageSources): Promise<EntryItem[]> {
  if (made.by !== 'days') return []
  const { plant, kpi, scope, id } = made
  const span = spanOf(report, plant)
  if (span === null) return []
  const [metrics, counted] = [metricsOfKpi(kpi), eventsOfKpi(kpi)]
  const isOf = ({ type, device, fields }: EntryItem): boolean => {
    if (scope === 'device' && device !== id) return false
    return type === 'correction' ? metrics.includes(String(fields.metric)) : counted.includes(type)
  }
  const events = await sources.events({ plant, ...span, types: ENTRY_EVENTS })
  return entryItemsOf(events.map(eventItem)).filter(isOf).slice(0, ENTRIES_MAX)
}

/** As the report itself says how many came of those that were due; 0 where nothing is due. */
function missingOf({ figures }: Report, plant: string, device: string, metric: string): number {
  const stem = `${plant}/stream/${device}/${metric}`
  const received = Number(figures[`${stem}/received`]?.value ?? 0)
  const share = Number(figures[`${stem}/completeness`]?.value ?? 100)
  return share > 0 && share < 100 ? Math.round((received * 100) / share) - received : 0
}
