import { z } from 'zod'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Config section `log`. */
export const logOptions = z.strictObject({
  level: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe('least important line that is written; debug says every rejected message'),
  format: z
    .enum(['auto', 'pretty', 'json'])
    .default('auto')
    .describe('lines for people (pretty) or for programs (json); auto is pretty on a terminal, and json elsewhere'),
})

export type LogOptions = z.output<typeof logOptions>
