import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Archive } from '../archive/archive.js'
import { Database } from '../archive/database.js'
import { Senders } from '../archive/senders.js'
import { systemClock } from '../base/clock.js'
import { EXIT, type ExitCode } from '../base/exit-codes.js'
import type { StoreStatus, StoresAnswer } from '../base/wire.js'
import type { Config } from '../config/config.js'
import { positionOf } from '../journal/cursor.js'
import { CATALOGUE } from '../kpi/catalogue.js'
import type { MessageAccounting } from '../pipeline/message-accounting.js'
import { storeStatus } from '../pipeline/store-status.js'
import { holdDataDir } from '../runtime/data-dir.js'
import { DuckdbStore } from '../stores/duckdb.js'
import { Stores } from '../stores/stores.js'
import { callApi, gatewayOf } from './client/call-gateway.js'
import { NoGateway, Unreachable } from './client/unreachable.js'

const LOOK_MS = 1000
/** A gateway that runs answers sooner. */
const ANSWER_MS = 30_000

export interface RefillOptions {
  /** Name of a configured server. */
  readonly store: string
  /** Time range that is written again: event times of readings and starts of windows in [fromMs, toMs). */
  readonly fromMs: number
  readonly toMs: number
  /** Ends the waiting; what is left is written by the gateway, or when it is started the next time. */
  readonly signal: AbortSignal
  /** Takes a line that says how far it is. */
  tell(line: string): void
}

/**
 * Writes a time range to a server again: by the gateway that runs on the data directory, by this process when
 * none does. Resolves with what was written, or with a sentence that says why nothing is.
 */
export async function refill(
  config: Config,
  options: RefillOptions,
): Promise<{ readonly status: StoreStatus } | { readonly problem: string; readonly code: ExitCode }> {
  const servers = config.store.flatMap((one) => (one.type === 'duckdb' ? [] : [one.name ?? one.type]))
  if (!servers.includes(options.store)) {
    const list = servers.length === 0 ? 'the configuration has none' : `there is ${servers.join(', ')}`
    return { problem: `there is no server ${options.store} to write to: ${list}`, code: EXIT.usage }
  }
  const occupied = await holdDataDir(config.data_dir, { as: 'refill' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOCKED') return null
    throw error
  })
  if (occupied === null) return refillByGateway(config, options)
  try {
    return await refillHere({ ...config, data_dir: resolve(config.data_dir) }, options)
  } finally {
    occupied.close()
  }
}

async function refillByGateway(config: Config, { store, fromMs, toMs, signal, tell }: RefillOptions) {
  const api = gatewayOf(config)
  const problem = (text: string, code: ExitCode = EXIT.unavailable) => ({
    problem: `a gateway runs on this data directory, but it does not do it: ${text}`,
    code,
  })
  const query = new URLSearchParams({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() })
  try {
    await callApi(api, `/stores/${store}/refill?${query}`, {}, AbortSignal.timeout(ANSWER_MS))
    for (;;) {
      const { stores } = await callApi<StoresAnswer>(api, '/stores', undefined, AbortSignal.timeout(ANSWER_MS))
      const status = stores.find(({ name }) => name === store)
      if (status === undefined || status.refill === null) return problem('it was started with another configuration')
      tell(progressOf(status))
      if (status.refill.done || signal.aborted) return { status }
      await systemClock.sleep(LOOK_MS, signal)
    }
  } catch (error) {
    if (error instanceof NoGateway) {
      const problem = `a gateway runs on this data directory, but it does not answer at ${error.url}: ${error.reason}`
      return { problem, code: error.code }
    }
    if (error instanceof Unreachable) return problem(error.message, error.code)
    throw error
  }
}

async function refillHere(config: Config, { store, fromMs, toMs, signal, tell }: RefillOptions) {
  const path = join(config.data_dir, 'archive.duckdb')
  if (!existsSync(path)) {
    const problem = `${path} is not there: start the gateway once, it makes it from the files of the archive`
    return { problem, code: EXIT.unavailable }
  }
  const { memory_limit: memoryLimit } = config.archive
  const { database, loaded } = await Database.open(
    { path, memoryLimit, nowMs: systemClock.nowMs() },
    async (opened) => ({
      archive: await Archive.open(opened, new Senders()),
      points: await DuckdbStore.open(opened, new Map(CATALOGUE.map((kpi) => [kpi.id, kpi.unit]))),
    }),
  )
  try {
    const accounting = await loaded.archive.progress<MessageAccounting>('journal')
    const archivedTo = accounting === null ? 0 : positionOf(accounting.cursor)
    const stores = await Stores.open(config.store, {
      clock: systemClock,
      database,
      ...loaded,
      archivedPosition: () => archivedTo,
      log: (_, text) => tell(text),
    })
    const delivery = stores.find(store)
    if (delivery === undefined) return { problem: `there is no server ${store}`, code: EXIT.usage }
    await delivery.writeAgain(fromMs, toMs)
    const ticker = setInterval(() => tell(progressOf(storeStatus(delivery, false))), LOOK_MS)
    signal.addEventListener('abort', () => delivery.store.close(), { once: true })
    try {
      await delivery.run(signal, () => delivery.isCurrent)
    } finally {
      clearInterval(ticker)
      delivery.store.close()
    }
    return { status: storeStatus(delivery, false) }
  } finally {
    await database.close()
  }
}

function progressOf({ name, refill, state, reason }: StoreStatus): string {
  if (state === 'waiting') return `${name} takes nothing at the moment: ${reason}`
  return `${name}: ${refill?.readings ?? 0} readings and ${refill?.kpis ?? 0} KPI points so far`
}
