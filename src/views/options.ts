import { z } from 'zod'

/** Where pages, API and feed are served: config section `http`. */
export const httpOptions = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('address the HTTP server listens on'),
    port: z.number().int().min(0).max(65_535).default(8080).describe('port of the HTTP server; 0 takes any free one'),
  })
  .prefault({})

export type HttpOptions = z.output<typeof httpOptions>
