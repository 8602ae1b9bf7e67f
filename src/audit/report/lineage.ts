import { ENTRY_EVENTS } from '../../base/entries.js'
import type { KpiPoint } from '../../base/kpi.js'
import {
  isPointSum,
  type LineageFormula,
  type PointSumMaking,
  type Report,
  type ReportFigure,
  type ReportStatus,
} from '../../base/report.js'
import type { LineageAnswer, LineageReading, LineageSeries } from '../../base/wire/audit.js'
import type { EntryItem } from '../../base/wire/entries.js'
import { sourceInChinese } from '../../kpi/catalogue-zh.js'
import { rulesEditionOf } from '../../kpi/rules-edition.js'
import type { Point } from '../../kpi/windows/point.js'
import { entryItemsOf, eventItem } from '../entries.js'
import { formulaInChinese } from './formulas-zh.js'
import { eventsOfKpi, metricsOfKpi } from './kpi-metrics.js'
import { formulaOf } from './rules.js'
import type { ReportSources } from './sources.js'

/** The readings of a series around an instant, and what the ledger knows of days: what the sources of a report do not have. */
export interface LineageSources extends Pick<ReportSources, 'days' | 'hours' | 'streams' | 'events'> {
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
  const formula = isPointSum(made) ? made.kpi : made.by === 'rule' ? made.formula : null
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
  if (isPointSum(made) || made.by === 'count' || made.by === 'statement') return {}
  const of = made.by === 'sum' ? [...made.of, ...(made.less ?? [])] : made.of
  return Object.fromEntries(of.flatMap((id) => (figures[id] === undefined ? [] : [[id, figures[id]]])))
}

/** Time that a figure is of: the period of the report in days of the plant, or the window of hours that it states. */
function spanOf({ plants }: Report, made: PointSumMaking): { fromMs: number; toMs: number } | null {
  if (made.by === 'hours') return { fromMs: Date.parse(made.from), toMs: Date.parse(made.to) }
  const found = plants.find(({ id }) => id === made.plant)
  return found === undefined ? null : { fromMs: Date.parse(found.start), toMs: Date.parse(found.end) }
}

async function daysOf(report: Report, { made }: ReportFigure, sources: LineageSources): Promise<LineageAnswer['days']> {
  if (!isPointSum(made)) return []
  const { plant, kpi, scope, id } = made
  const span = spanOf(report, made)
  if (span === null) return []
  const query = { plant, ...span, kpis: [kpi], scopes: [scope] }
  const points = await (made.by === 'days' ? sources.days(query) : sources.hours(query))
  return points
    .filter(({ stream, provisional }) => stream.id === id && !provisional)
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((point) => sources.wire(point))
}

/** 1 for a report that states none. */
function editionOf({ basis }: Report): number {
  return rulesEditionOf(basis.rules) ?? basis.rules ?? 1
}

/** The metrics behind a figure; electricity of a line may be that of its submeters. */
function metricsOf({ kpi, scope }: PointSumMaking, edition: number): readonly string[] {
  const metrics = metricsOfKpi(kpi, edition)
  return scope === 'line' && metrics.includes('elec_import_kwh') ? [...metrics, 'elec_submeter_kwh'] : metrics
}

/** The series that a KPI is made of, of the device or of all of the plant. */
async function seriesOf(report: Report, { made }: ReportFigure, sources: LineageSources): Promise<LineageSeries[]> {
  if (!isPointSum(made)) return []
  const { plant, scope, id } = made
  const span = spanOf(report, made)
  const metrics = metricsOf(made, editionOf(report))
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
  if (!isPointSum(made)) return []
  const { plant, kpi, scope, id } = made
  const span = spanOf(report, made)
  if (span === null) return []
  const [metrics, counted] = [metricsOf(made, editionOf(report)), eventsOfKpi(kpi)]
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
