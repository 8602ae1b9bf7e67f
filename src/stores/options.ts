import { z } from 'zod'
import { SERVER_KINDS } from './registry.js'
import type { ServerKind } from './server-kind.js'

const duckdb = z.strictObject({
  type: z
    .literal('duckdb')
    .describe('the embedded store; it keeps everything in any case, and answers history when it stands first'),
})

type ShapesOf<Kinds extends readonly ServerKind[]> = { -readonly [K in keyof Kinds]: Kinds[K]['options'] }

const servers = SERVER_KINDS.map(({ options }) => options) as unknown as ShapesOf<typeof SERVER_KINDS>

/** Config section `store`: where results go and history is read from. */
export const storeOptions = z
  .array(z.discriminatedUnion('type', [duckdb, ...servers]))
  .min(1)
  .max(8)
  .default([{ type: 'duckdb' }])
  .describe('where readings and KPI points go; the first answers history')

export type StoreOptions = z.output<typeof storeOptions>
/** Name of a store in API, metrics and pages. */
export function storeNameOf(one: StoreOptions[number]): string {
  return one.type === 'duckdb' ? one.type : (one.name ?? one.type)
}

export type ServerOptions = Exclude<StoreOptions[number], { type: 'duckdb' }>
