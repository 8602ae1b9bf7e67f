import type { KpiInfo } from '../../src/base/kpi.js'
import type { PlantNode } from '../../src/base/wire/plants.js'
import type { AssistantQuestion } from './assistant-figure-questions.js'

/** Brings an answer of a tool and one of the API into one form, so that they can be compared. */

export type Json = Record<string, unknown>

/** Rows as the API has them: what is said once put back, and links taken out. */
export function rowsOf({ common, figures }: Json): Json[] {
  return (figures as Json[]).map((row) => {
    const { lineage: _, ...rest } = { ...(common as Json), ...row }
    return rest
  })
}

const inLanguage = (value: unknown, lang: unknown) =>
  JSON.parse(JSON.stringify(value), (key, one) => (key === 'text' && one?.en ? one[lang === 'zh' ? 'zh' : 'en'] : one))

/** An answer of a tool and that of the API to the same question, for comparison. */
export function comparedAnswer(
  { tool, args }: AssistantQuestion,
  told: Json,
  body: Json,
): [told: unknown, api: unknown] {
  const { asked: _asked, words: _words, ...rest } = told
  const zh = args.lang === 'zh'
  switch (tool) {
    case 'kpi_figures':
      return [rowsOf(told), body.figures]
    case 'explain_kpi': {
      const { lineage: _, ...figure } = told.figure as Json
      return [[figure], body.figures]
    }
    case 'kpi_series':
      return [
        [rowsOf(told), told.next],
        [body.points, body.next],
      ]
    case 'current_values':
      return [
        rowsOf(told),
        (body.points as Json[]).filter(({ kpi }) => (args.kpis as string[]).includes(kpi as string)),
      ]
    case 'list_plants':
      return [
        (told.plants as Json[]).map(({ id, name, timezone }) => [id, name, timezone]),
        (body.plants as PlantNode[]).map(({ id, name, timezone }) => [
          id,
          (zh ? name.zh : name.en) ?? name.en,
          timezone,
        ]),
      ]
    case 'list_devices':
      return devicesCompared(args, told, body)
    case 'device':
      return [stable(told.device as Json), stable(body)]
    case 'search_kpis':
      return kpisCompared(args, told, body)
    case 'alarms':
      return [rest, inLanguage(body, args.lang)]
    case 'report_figures':
      return reportCompared(args, told, body)
    case 'explain_report_figure': {
      const { lineage: _, ...lineage } = rest
      return [lineage, body]
    }
    case 'gateway_status':
      return [stable(told.status as Json), stable(body)]
    default:
      return [rest, body]
  }
}

/** Without what goes on while one asks. */
function stable({ id, role, state, last_seen, readings, version, node, mqtt }: Json): unknown {
  return { id, role, state, last_seen, readings, version, node, mqtt }
}

function devicesCompared(args: Json, told: Json, body: Json): [unknown, unknown] {
  const { lines } = (body.plants as PlantNode[]).find(({ id }) => id === args.plant)!
  const devices = lines.flatMap(({ id: line, devices }) => devices.map((one) => ({ line, ...one })))
  const wanted = devices.filter(
    ({ line, state }) =>
      [undefined, line].includes(args.line as string) && [undefined, state].includes(args.state as never),
  )
  const keyed = ({ line, id, role, state, last_seen, newest }: Json) => [line, id, role, state, last_seen, newest]
  return [(told.devices as Json[]).map(keyed), wanted.map((one) => keyed(one as unknown as Json))]
}

function kpisCompared({ query, lang }: Json, told: Json, body: Json): [unknown, unknown] {
  const all = body.kpis as KpiInfo[]
  const exact = all.filter(({ id }) => id === query)
  const wanted = exact.length > 0 ? exact : all.filter(({ id }) => query === undefined || id.includes(query as string))
  const word = lang === 'zh' ? 'zh' : 'en'
  const isFull = wanted.length <= 5
  const want = wanted.map((kpi) => {
    const { id, name, unit } = kpi
    return [id, name[word], unit, isFull ? (word === 'zh' ? kpi.formula_zh : kpi.formula) : undefined]
  })
  return [(told.kpis as Json[]).map(({ id, name, unit, formula }) => [id, name, unit, formula]), want]
}

function reportCompared({ match }: Json, told: Json, body: Json): [unknown, unknown] {
  const figures = Object.entries(body.figures as Record<string, { name: { en: string } } & Json>)
  const wanted = figures.filter(([id, { name }]) => `${id} ${name.en}`.toLowerCase().includes(match as string))
  const keyed = (figure: unknown, { value, unit, reason, coverage }: Json) => [figure, value, unit, reason, coverage]
  return [rowsOf(told).map((row) => keyed(row.figure, row)), wanted.map(([id, figure]) => keyed(id, figure))]
}
