import { influxdb1, influxdb2 } from './influx/kinds.js'
import type { ServerKind } from './server-kind.js'

/** Every kind of server that results can go to, beside the embedded store: a new one is a folder, and a line here. */
export const SERVER_KINDS = [influxdb1, influxdb2] as const

/** Values of `type` in the settings of a store, in API and metrics. */
export const STORE_TYPES: readonly string[] = ['duckdb', ...SERVER_KINDS.map(({ options }) => options.shape.type.value)]

const KINDS = new Map<string, ServerKind>(SERVER_KINDS.map((kind) => [kind.options.shape.type.value, kind]))

/** @param type of a setting that the schema has let in */
export function kindOf(type: string): ServerKind {
  return KINDS.get(type)!
}
