import { z } from 'zod'
import type { Clock } from '../base/clock.js'
import type { StoreTrial } from '../base/store-trial.js'
import { sizeOption } from '../journal/options.js'
import type { Store } from './store.js'

/** Settings of every server: how it is called, and how it is written to. */
export const serverOptions = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'lower case letters, digits, "_" and "-"')
    .optional()
    .describe('its name in the API, in metrics and for refill; without one its type'),
  url: z.url({ protocol: /^https?$/ }).describe('address of the server, such as http://127.0.0.1:8086'),
  timeout_s: z.number().min(0.1).max(600).default(30).describe('an answer that takes longer is none'),
  batch_bytes: sizeOption
    .default(1024 * 1024)
    .describe('most bytes of one write, before compression; 1 MiB when absent'),
  batch_age_s: z.number().min(0.05).max(60).default(1).describe('how long a reading waits for others at most'),
  in_flight: z.int().min(1).max(16).default(2).describe('writes under way at once'),
  gzip: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('compress what is written: auto does unless the server is on this machine'),
  series_max: z
    .int()
    .min(1)
    .default(1_000_000)
    .describe('budget of series; what would be one more is refused and counted'),
}

/**
 * A look at a server ends so. `isMissing` means that the first write will create its database, `denied` that a setting has to
 * change, which the reason names, and `away` that it takes nothing now.
 */
export type ProbeResult =
  | { readonly kind: 'ready'; readonly isMissing: boolean }
  | { readonly kind: 'denied' | 'away'; readonly reason: string }

/** A server that results go to, and that can be asked whether it would take them. */
export interface StoreServer extends Store {
  /** Asks as whoever writes would be asked, and changes nothing at the server. */
  look(): Promise<ProbeResult>
  /** Writes a point of its own, reads it, and takes it away again. Never rejects for what the server does. */
  tryOut(): Promise<StoreTrial>
}

/** The server finds this around it. */
export interface StoreSurroundings {
  readonly name: string
  readonly clock: Clock
  /** The unit of each KPI, by id: servers do not keep it. */
  readonly units: ReadonlyMap<string, string>
}

/** Answer of whatever is at an address: `product` for people, null when it does not say; `type` is the setting that fits it. */
export type PingAnswer =
  | { readonly product: string | null; readonly type: string | null }
  | { readonly problem: string }

/** Shape of the settings of a server: the type by which it is chosen, and what all servers have. */
export type ServerShape = z.ZodObject<{ type: z.ZodLiteral<string> } & typeof serverOptions>

/** A kind of server that results can go to: all that the gateway knows of it. */
export interface ServerKind<Shape extends ServerShape = ServerShape> {
  readonly options: Shape
  /** The setting that is a secret; `<secret>_file` names a file with it instead. */
  readonly secret: string
  /** Nothing is sent before the server is asked for something. What speaks to it is loaded by this. */
  open(options: z.output<Shape>, surroundings: StoreSurroundings): Promise<StoreServer>
  /** Asks what answers at an address, and changes nothing there. */
  ping(url: string, timeoutMs: number): Promise<PingAnswer>
}
