import { z } from 'zod'
import { type KpiPoint, SCOPES, type Scope, WINDOWS } from '../../base/kpi.js'
import type { SubscribeMessage } from '../../base/wire.js'

const MAX_HZ_DEFAULT = 4
/** More often than this nobody sees; a client that asks for more gets this. */
export const MAX_HZ_MAX = 10

const anyIds = z.array(z.string().min(1).max(64)).max(1_000)
const ids = anyIds.min(1)

/** The one message that clients send. */
export const subscribeMessage = z.object({
  type: z.literal('subscribe'),
  plants: ids.default(['*']),
  kpis: ids.default(['*']),
  scopes: z.array(z.enum(SCOPES)).min(1).max(10).default(['plant']),
  windows: z
    .array(z.enum(WINDOWS))
    .min(1)
    .max(10)
    .default([...WINDOWS]),
  watch: anyIds.optional(),
  since: z.object({ epoch: z.string().max(64), seq: z.number().int().min(0) }).optional(),
  maxHz: z.number().min(0.01).default(MAX_HZ_DEFAULT),
}) satisfies z.ZodType<SubscribeMessage>

export interface FeedError {
  readonly code: 'bad_json' | 'bad_message' | 'unknown_type'
  readonly detail: string
}

/** Reads what a client has sent: its subscription, or what is wrong with it. */
export function parseSubscribe(text: string): Subscription | FeedError {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return { code: 'bad_json', detail: 'A message is JSON.' }
  }
  const { success, data, error } = subscribeMessage.safeParse(message)
  if (success) return new Subscription(data)
  const { path, message: fault } = error.issues[0]!
  if (path[0] === 'type') return { code: 'unknown_type', detail: 'The one message there is has the type "subscribe".' }
  return { code: 'bad_message', detail: `${path.join('.') || 'the message'}: ${fault}` }
}

/** Choice of what a client wants to see. `*` stands for all plants or all KPIs, those to come included. */
export class Subscription {
  readonly since: SubscribeMessage['since']
  /** Least time between two updates. */
  readonly periodMs: number
  /** The same for all that are to get the same updates, wherever each begins. */
  readonly key: string
  readonly scopes: ReadonlySet<Scope>
  readonly #plants: ReadonlySet<string>
  readonly #watched: ReadonlySet<string>
  readonly #kpis: ReadonlySet<string>
  readonly #windows: ReadonlySet<string>

  constructor(message: SubscribeMessage) {
    this.since = message.since
    this.periodMs = 1_000 / Math.min(message.maxHz ?? MAX_HZ_DEFAULT, MAX_HZ_MAX)
    this.#plants = new Set(message.plants)
    this.#watched = message.watch === undefined ? this.#plants : new Set(message.watch)
    this.#kpis = new Set(message.kpis)
    this.scopes = new Set(message.scopes)
    this.#windows = new Set(message.windows)
    const wanted = [this.#plants, this.#watched, this.#kpis, this.scopes, this.#windows]
    this.key = JSON.stringify([this.periodMs, ...wanted.map((names) => [...names].sort())])
  }

  hasPlant(plant: string): boolean {
    return this.#plants.has('*') || this.#plants.has(plant)
  }

  /** True when alarms and devices of the plant are told of. */
  watches(plant: string): boolean {
    return this.#watched.has('*') || this.#watched.has(plant)
  }

  has(point: Pick<KpiPoint, 'plant' | 'scope' | 'kpi' | 'window'>): boolean {
    return (
      this.scopes.has(point.scope) &&
      this.#windows.has(point.window) &&
      (this.#kpis.has('*') || this.#kpis.has(point.kpi)) &&
      this.hasPlant(point.plant)
    )
  }
}
