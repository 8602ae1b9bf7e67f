import { z } from 'zod'
import { HOUR_MS } from '../../base/durations.js'
import type { KpiInfo, Window } from '../../base/kpi.js'
import type { RangeFigure } from '../../base/range-figure.js'
import type { LineageAnswer } from '../../base/wire/audit.js'
import type { SeriesAnswer } from '../../base/wire/points.js'
import type { TotalsAnswer } from '../../base/wire/totals.js'
import { apiPath, badArgument, type ToolCall } from '../api.js'
import { ARGUMENTS, plantOf, rangeIn } from '../arguments.js'
import { withCommonFields } from '../common-fields.js'
import { catalogueOf, windowsPath } from '../figures.js'
import { tool } from '../tool.js'
import { wordsFor } from '../words.js'
import { inFull, lineageOfRange } from './kpis.js'

/** Tools that say where a figure comes from, why it is unknown, and how sure it is. */

/** Rows of each list in an explanation. */
const PARTS_MAX = 62
const RECORDS_MAX = 20
const DEVICES_MAX = 40
const NAMED_MAX = 10

/** Symbols of the KPI specification that are not the whole formula of a KPI. */
const SYMBOLS: Readonly<Record<string, string>> = { good_units: 'N_g' }

interface RecordItems {
  readonly items: readonly { readonly scope?: string; readonly id: string; readonly start?: string }[]
  readonly next: string | null
}

const explainKpi = tool({
  name: 'explain_kpi',
  title: 'Explain a KPI figure',
  description:
    'Why a figure is what it is, or null, and how sure: the figure of [from, to), its definition, figures that its formula names over the same range (a null among them is why it is null itself), its windows one by one (which are missing or partly covered), devices of its scope that are not well now, corrections of readings in the range, and later changes of the figure; more_records says where there may be more of them, which records lists. Of one day: from that day to the next.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    kpi: ARGUMENTS.kpi,
    scope: ARGUMENTS.scope.default('plant'),
    id: ARGUMENTS.id.optional(),
    from: ARGUMENTS.from,
    to: ARGUMENTS.to,
    lang: ARGUMENTS.lang,
  }),
  async answer(call, { plant, kpi, lang, ...asked }) {
    const { from, to, scope, id } = await rangeIn(call, plant, asked)
    if (kpi.includes(',')) throw badArgument('kpi', kpi, 'the id of one KPI')
    if (id?.includes(',')) throw badArgument('id', id, 'the id of one line or device')
    const { figures } = await call.read<TotalsAnswer>(
      apiPath(['plants', plant, 'kpis', 'totals'], { kpi, scope, id, from, to }),
    )
    const figure = figures[0] as RangeFigure
    const catalogue = await catalogueOf(call)
    const info = catalogue.find((one) => one.id === kpi) as KpiInfo
    const named = await namedFigures(call, figure, namedIn(info, catalogue))
    const { points, ...parts } = await partsOf(call, figure, info)
    const lineage = lineageOfRange(figure)
    return {
      figure: { ...figure, ...(lineage !== undefined && { lineage: call.link(lineage) }) },
      definition: inFull(info, lang),
      named_in_formula: named,
      parts,
      devices_not_well: await devicesNotWell(call, figure),
      ...(await records(call, figure)),
      words: wordsFor([figure, ...named, ...points], lang),
    }
  },
})

/** KPIs that the formula of one names, by id or by the symbol that is the whole formula of another. */
function namedIn({ id, formula }: KpiInfo, catalogue: readonly KpiInfo[]): readonly KpiInfo[] {
  const words = new Set(formula.split(/[^\p{L}\p{N}_]+/u))
  return catalogue.filter((kpi) => kpi.id !== id && (words.has(kpi.id) || words.has(SYMBOLS[kpi.id] ?? kpi.formula)))
}

async function namedFigures(
  call: ToolCall,
  figure: RangeFigure,
  named: readonly KpiInfo[],
): Promise<readonly RangeFigure[]> {
  const { plant, scope, id, from, to } = figure
  const kpis = named.filter(({ scopes }) => scopes.includes(scope)).map((one) => one.id)
  if (kpis.length === 0) return []
  const query = { kpi: kpis.slice(0, NAMED_MAX).join(','), scope, id, from, to }
  return (await call.read<TotalsAnswer>(apiPath(['plants', plant, 'kpis', 'totals'], query))).figures
}

/** The windows that show when something was missing: some dozens in the range. */
async function partsOf(call: ToolCall, figure: RangeFigure, { windows }: KpiInfo) {
  const hours = (Date.parse(figure.to) - Date.parse(figure.from)) / HOUR_MS
  const finest: Window = hours > PARTS_MAX ? '1d' : hours > 8 ? '1h' : hours > 1 ? '15m' : '1m'
  const order: readonly Window[] = ['1m', '15m', '1h', 'shift', '1d', '1mo']
  const window = order.slice(order.indexOf(finest)).find((one) => windows.includes(one))
  if (window === undefined) return { window: null, common: {}, figures: [], next: null, points: [] }
  const path = windowsPath(figure, window, figure.from, figure.to)
  const { points, next } = await call.read<SeriesAnswer>(`${path}&limit=${PARTS_MAX}`)
  const { common, rows } = withCommonFields(points)
  return { window, common, figures: rows, next, points }
}

/** Devices of the scope, as they are now: one that is silent may be why a figure of today is low or unknown. */
async function devicesNotWell(call: ToolCall, { plant, scope, id }: RangeFigure) {
  const { lines } = await plantOf(call, plant)
  const found = lines
    .filter((line) => scope !== 'line' || line.id === id)
    .flatMap(({ id: line, devices }) => devices.map((device) => ({ line, ...device })))
    .filter((device) => scope !== 'device' || device.id === id)
    .filter(({ state, rejected_reason, clock, retired }) => {
      if (retired !== undefined) return false
      return state !== 'online' || rejected_reason !== null || (clock !== null && clock !== 'good')
    })
    .map(({ line, id, role, state, last_seen, newest, rejected_reason, clock }) => {
      return { line, id, role, state, last_seen, newest, rejected_reason, clock }
    })
  return { devices: found.slice(0, DEVICES_MAX), more: Math.max(0, found.length - DEVICES_MAX) }
}

async function records(call: ToolCall, figure: RangeFigure) {
  const { plant, kpi, from, to } = figure
  const range = { from, to, limit: RECORDS_MAX }
  const corrections = await call.read<RecordItems>(apiPath(['plants', plant, 'corrections'], range))
  const changes = await call.read<RecordItems>(apiPath(['plants', plant, 'restatements'], { kpi, from }))
  return recordsAbout(figure, corrections, changes)
}

/** Corrections of readings in the range of a figure, and final windows of it that changed later, with whether there are more of them. */
export function recordsAbout(
  { scope, id, from, to }: Pick<RangeFigure, 'scope' | 'id' | 'from' | 'to'>,
  corrections: RecordItems,
  changes: RecordItems,
) {
  const own = changes.items.filter((item) => {
    return item.scope === scope && item.id === id && (item.start ?? '') >= from && (item.start ?? '') < to
  })
  return {
    corrections: corrections.items,
    restatements: own.slice(0, RECORDS_MAX),
    more_records: {
      corrections: corrections.next !== null,
      restatements: changes.next !== null || own.length > RECORDS_MAX,
    },
  }
}

const explainReportFigure = tool({
  name: 'explain_report_figure',
  title: 'Explain a figure of a report',
  description:
    'Lineage of one figure of an emissions report: formula, the figures, factors and days it is made of, the readings around its ends, entries of people, and how much of it the ledger seals. Ids of figures: report_figures.',
  input: z.strictObject({
    report: z.string().max(200).describe('id of a report, from reports'),
    figure: z.string().max(400).describe('id of a figure, from report_figures'),
    version: z.number().int().min(1).optional().describe('the last when absent'),
    lang: ARGUMENTS.lang,
  }),
  async answer(call, { lang, ...query }) {
    const path = apiPath(['lineage'], query)
    const lineage = await call.read<LineageAnswer>(path)
    return { ...lineage, lineage: call.link(path), words: wordsFor([lineage.figure, ...lineage.days], lang) }
  },
})

export const EXPLAIN_TOOLS = [explainKpi, explainReportFigure]
