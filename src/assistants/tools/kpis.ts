import { z } from 'zod'
import { type KpiInfo, PILLARS } from '../../base/kpi.js'
import type { Language } from '../../base/notify.js'
import type { RangeFigure } from '../../base/range-figure.js'
import type { LatestAnswer, SeriesAnswer } from '../../base/wire/points.js'
import type { TotalsAnswer } from '../../base/wire/totals.js'
import { apiPath } from '../api.js'
import { ARGUMENTS, limitOf, optionalRange, rangeIn } from '../arguments.js'
import { catalogueOf, figuresAnswer, namedMembers, windowsPath } from '../figures.js'
import { tool } from '../tool.js'

/** Tools for figures: what there is, the newest, of a range, and as a series. */

/** Definitions in full of so many matches; of more the names alone. */
const FULL_MAX = 5

const searchKpis = tool({
  name: 'search_kpis',
  title: 'Search KPIs',
  description: `KPIs by words in id, name (English or Chinese) or unit, else in formula or members: id, name, unit, windows and scopes. Of at most ${FULL_MAX} matches also formula, source, members and when it is null. All without a query.`,
  input: z.strictObject({
    query: z.string().max(100).optional().describe('words that all have to occur, such as "carbon intensity" or 碳'),
    pillar: z.enum(PILLARS).optional(),
    lang: ARGUMENTS.lang,
  }),
  async answer(call, { query = '', pillar, lang }) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean)
    const all = (await catalogueOf(call)).filter((kpi) => pillar === undefined || kpi.pillar === pillar)
    const withWords = (textOf: (kpi: KpiInfo) => string) =>
      all.filter((kpi) => words.every((word) => textOf(kpi).toLowerCase().includes(word)))
    const exact = all.filter(({ id }) => id === query)
    const named = exact.length > 0 ? exact : withWords(nameOf)
    const found = named.length > 0 ? named : withWords((kpi) => `${nameOf(kpi)} ${kpi.formula} ${kpi.members}`)
    return { kpis: found.map((kpi) => (found.length > FULL_MAX ? briefly(kpi, lang) : inFull(kpi, lang))) }
  },
})

function nameOf({ id, name, unit }: KpiInfo): string {
  return `${id} ${id.replaceAll('_', ' ')} ${name.en} ${name.zh} ${unit}`
}

function briefly({ id, name, unit, windows, scopes }: KpiInfo, lang: Language) {
  return { id, name: name[lang], unit, windows, scopes }
}

/** The definition of a KPI in one language. */
export function inFull(kpi: KpiInfo, lang: Language) {
  const { pillar, shape, confidence, example } = kpi
  const said = lang === 'zh' ? kpi.formula_zh : kpi.formula
  const source = lang === 'zh' ? kpi.source_zh : kpi.source
  const members = lang === 'zh' ? kpi.members_zh : kpi.members
  const nulls = lang === 'zh' ? kpi.nulls_zh : kpi.nulls
  return { ...briefly(kpi, lang), pillar, shape, formula: said, source, confidence, members, nulls, example }
}

const currentValues = tool({
  name: 'current_values',
  title: 'Newest values',
  description:
    'Newest window of KPIs, the running one included (provisional: it is not over and grows). Name KPIs, and a window, unless everything is wanted. For "today so far" ask window 1d. value null: unknown, see reason.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    kpis: ARGUMENTS.kpis.optional(),
    window: ARGUMENTS.window.optional(),
    scope: ARGUMENTS.scope.default('plant'),
    id: ARGUMENTS.id.optional(),
    lang: ARGUMENTS.lang,
  }),
  async answer(call, { plant, kpis, lang, ...query }) {
    const { points } = await call.read<LatestAnswer>(apiPath(['plants', plant, 'kpis', 'latest'], query))
    const wanted = points.filter(({ kpi }) => kpis === undefined || kpis.includes(kpi))
    const without = kpis?.filter((kpi) => !wanted.some((point) => point.kpi === kpi)) ?? []
    const answer = await figuresAnswer(call, wanted, lang, (point) =>
      windowsPath(point, point.window, point.start, point.end),
    )
    // No window of these has begun: they are unknown, which is not nothing.
    return { ...answer, without_any_value: without }
  },
})

const kpiFigures = tool({
  name: 'kpi_figures',
  title: 'KPIs of a range of time',
  description:
    'One figure a KPI (and line or device) over any range: sums, ratios and maxima put together by the rules of each KPI. `from` and `to` of the answer are the range that it is of. value null: unknown, see reason; `known` is the figure of the part that is known, and no substitute. Without ids: every line, or device, of the scope.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    kpis: ARGUMENTS.kpis,
    scope: ARGUMENTS.scope.default('plant'),
    ids: ARGUMENTS.ids.optional(),
    from: ARGUMENTS.from,
    to: ARGUMENTS.to,
    highest: z.enum(['1h', '1d', '1mo']).optional().describe('also the window of this length with the highest value'),
    lang: ARGUMENTS.lang,
  }),
  async answer(call, { plant, kpis, ids, lang, ...asked }) {
    const members = await namedMembers(call, plant, asked.scope, ids)
    const query = await rangeIn(call, plant, asked)
    const path = apiPath(['plants', plant, 'kpis', 'totals'], { ...query, kpi: kpis.join(','), id: members?.join(',') })
    const { figures } = await call.read<TotalsAnswer>(path)
    return figuresAnswer(call, figures, lang, lineageOfRange)
  },
})

/** The longest windows that a figure of a range is made of, which are most of it; undefined where it is made of none. */
export function lineageOfRange(figure: RangeFigure): string | undefined {
  const window = (['1mo', 'shift', '1d', '1h', '15m', '1m'] as const).find((one) => (figure.windows[one] ?? 0) > 0)
  return window === undefined ? undefined : windowsPath(figure, window, figure.from, figure.to)
}

const kpiSeries = tool({
  name: 'kpi_series',
  title: 'Series of a KPI',
  description:
    'Windows of one KPI that start in [from, to), oldest first; the last 24 h when no range is given. value null: unknown, see reason. Each window is `common` with its own fields over it; `next` goes on. explain_kpi says of a range why windows are missing.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    kpi: ARGUMENTS.kpi,
    window: ARGUMENTS.window,
    scope: ARGUMENTS.scope.default('plant'),
    id: ARGUMENTS.id.optional(),
    ...optionalRange,
    limit: limitOf(100, 150),
    cursor: ARGUMENTS.cursor.optional(),
    lang: ARGUMENTS.lang,
  }),
  async answer(call, { plant, kpi, lang, ...asked }) {
    const query = await rangeIn(call, plant, asked)
    const path = apiPath(['plants', plant, 'kpis', kpi, 'series'], query)
    const { points, next } = await call.read<SeriesAnswer>(path)
    return { ...(await figuresAnswer(call, points, lang, () => undefined)), next, lineage: call.link(path) }
  },
})

export const KPI_TOOLS = [searchKpis, currentValues, kpiFigures, kpiSeries]
