import { z } from 'zod'

/** Where results go and history is read from: config section `store`. */
export const storeOptions = z
  .array(z.discriminatedUnion('type', [z.strictObject({ type: z.literal('duckdb').describe('the embedded store') })]))
  .length(1)
  .default([{ type: 'duckdb' }])
  .describe('where KPI points go; the first answers history')

export type StoreOptions = z.output<typeof storeOptions>
