import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The dashboards that Grafana is given, as far as tests look at them. */
export interface Board {
  readonly uid: string
  readonly title: string
  readonly templating: { readonly list: readonly Variable[] }
  readonly panels: readonly Panel[]
}

export interface Variable {
  readonly name: string
  readonly type: 'query' | 'custom'
  /** InfluxQL of a query; of a custom variable its values, with commas between. */
  readonly query: string
  /** Regular expression between slashes that its values must match. */
  readonly regex?: string
  readonly multi: boolean
  readonly datasource?: { readonly uid: string }
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource?: { readonly uid: string }
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly noValue?: string } }
  readonly targets?: readonly Target[]
}

export interface Target {
  readonly refId: string
  readonly datasource: { readonly uid: string }
  readonly rawQuery: boolean
  readonly query: string
  readonly alias: string
  readonly resultFormat: 'time_series' | 'table'
}

export const GRAFANA = join(import.meta.dirname, '..', '..', 'dashboards', 'grafana')

export function readBoards(): readonly Board[] {
  const folder = join(GRAFANA, 'boards')
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Board)
}

/** The panels that ask something: all but the headings. */
export function askingPanels(board: Board): readonly (Panel & { readonly targets: readonly Target[] })[] {
  return board.panels.flatMap((panel) => (panel.targets === undefined ? [] : [{ ...panel, targets: panel.targets }]))
}

export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** A query as Grafana sends it: with the range, an interval of a minute, and the value of each variable in its place. */
export function sentQuery(query: string, values: ReadonlyMap<string, string>, { fromMs, toMs }: Range): string {
  const filled = query
    .replaceAll('$timeFilter', `time >= ${fromMs}ms and time <= ${toMs}ms`)
    .replaceAll('$__interval_ms', '60000')
    .replaceAll('$__interval', '1m')
  // `$/` ends a regular expression of InfluxQL.
  return filled.replace(/\$(\w+)/g, (_whole, name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`$${name} is no variable of the dashboard: ${query}`)
    return value
  })
}
