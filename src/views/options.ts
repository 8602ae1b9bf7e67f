import { isIP } from 'node:net'
import { z } from 'zod'
import { certificateOptions } from '../access/tls-options.js'

const YEAR_S = 31_536_000

const tls = z.strictObject({
  ...certificateOptions,
  hsts_s: z
    .int()
    .min(0)
    .default(YEAR_S)
    .describe(
      'for so long browsers ask this host by HTTPS alone, on every port of it; 0: nothing is said, for when other programs serve plain HTTP under the same name',
    ),
})

/** Settings of the server of pages, API and feed: config section `http`. */
export const httpOptions = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('address the HTTP server listens on'),
    origins: z
      .array(
        z
          .string()
          .refine(
            (text) => URL.canParse(text) && new URL(text).origin === text,
            'an origin, such as https://gauge.example.com',
          ),
      )
      .max(100)
      .default([])
      .describe(
        'origins of pages besides our own that may ask, such as that of a proxy in front: https://gauge.example.com',
      ),
    proxies: z
      .array(
        z
          .string()
          .refine((text) => isIP(text.replace(/\/\d{1,3}$/, '')) !== 0, 'an address, or a network such as 10.0.0.0/8'),
      )
      .max(100)
      .default([])
      .describe(
        'addresses of proxies in front, whose X-Forwarded-For says from where wrong passwords come; else those of all people behind one count together',
      ),
    metrics_token_file: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'file with the bearer token that /metrics is answered for on other machines; null: who may see the rest',
      ),
    connections: z
      .int()
      .min(10)
      .max(100_000)
      .default(4000)
      .describe(
        'connections at once on which somebody has shown who they are, and those of `proxies`; of more one is closed of the account with the most',
      ),
    unproved: z
      .int()
      .min(10)
      .max(100_000)
      .default(1000)
      .describe(
        'other connections at once; of more the one is closed that has not asked for the longest time, of the address (IPv6: /64) with the most, of the network (/24, IPv6: /48) with the most',
      ),
    port: z.number().int().min(0).max(65_535).default(8080).describe('port of the HTTP server; 0 takes any free one'),
    livez_port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .nullable()
      .default(null)
      .describe(
        'a port of its own for GET /livez and nothing else, plain HTTP, answered by a thread that does nothing else: it answers at once however much is to be computed; null for none',
      ),
    tls: tls.nullable().default(null).describe('the port then speaks HTTPS, and nothing else; null for plain HTTP'),
  })
  .prefault({})

export type HttpOptions = z.output<typeof httpOptions>
