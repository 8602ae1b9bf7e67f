import type { KpiInfo, Scope, Window } from '../base/kpi.js'
import type { Language } from '../base/notify.js'
import type { CatalogueAnswer } from '../base/wire/points.js'
import { apiPath, type ToolCall } from './api.js'
import { plantOf } from './arguments.js'
import { withCommonFields } from './common-fields.js'
import { wordsFor } from './words.js'

/** Parts that answers with KPI figures have in common. */

interface NamedFigure {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly reason: string
  readonly flags: readonly string[]
}

export async function catalogueOf(call: ToolCall): Promise<readonly KpiInfo[]> {
  return (await call.read<CatalogueAnswer>(apiPath(['kpis']))).kpis
}

/** The path of the windows that a figure is, or is made of, with numerator, denominator and factors of each. */
export function windowsPath(of: NamedFigure, window: Window, from: string, to: string): string {
  const { plant, kpi, scope, id } = of
  return apiPath(['plants', plant, 'kpis', kpi, 'series'], { window, scope, id, from, to })
}

/** An answer of figures: what is equal said once, the names of their KPIs, and explanations of the codes in them. */
export async function figuresAnswer<T extends NamedFigure>(
  call: ToolCall,
  figures: readonly T[],
  lang: Language,
  lineageOf: (figure: T) => string | undefined,
): Promise<object> {
  const catalogue = await catalogueOf(call)
  const ids = new Set(figures.map(({ kpi }) => kpi))
  const names = catalogue.filter(({ id }) => ids.has(id)).map(({ id, name }) => [id, name[lang]])
  const { common, rows } = withCommonFields(
    figures.map((figure) => {
      const lineage = lineageOf(figure)
      return lineage === undefined ? figure : { ...figure, lineage: call.link(lineage) }
    }),
  )
  return { common, figures: rows, names: Object.fromEntries(names), words: wordsFor(figures, lang) }
}

/** The ids that are asked for; all lines, or all devices, where none is named. */
export async function namedMembers(
  call: ToolCall,
  plant: string,
  scope: Scope,
  ids: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  if (scope === 'plant' || ids !== undefined) return ids
  const { lines } = await plantOf(call, plant)
  const all = scope === 'line' ? lines : lines.flatMap(({ devices }) => devices)
  return all.map(({ id }) => id)
}
