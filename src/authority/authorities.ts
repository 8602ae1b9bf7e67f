import { join } from 'node:path'
import type { AuthorityFigures, SendResult } from '../base/authority.js'
import type { Clock } from '../base/clock.js'
import { DAY_MS } from '../base/durations.js'
import type { AuthorityOptions } from '../base/options/authorities.js'
import type { PlantOptions } from '../base/plant.js'
import type { AuthorityLogAnswer, AuthorityStatus } from '../base/wire/authorities.js'
import type { HealthCheck } from '../base/wire.js'
import type { FactorLibrary } from '../kpi/factors/table.js'
import { PlantVersion } from '../kpi/settings/version.js'
import { AuthorityLine } from './line.js'
import { type AuthorityMemory, AuthorityMemoryFile, EMPTY_AUTHORITY_MEMORY } from './memory.js'
import { type MessageSourceDeps, messageSourceOf } from './message-source.js'
import { SendLog } from './send-log.js'
import { KEPT, Windows } from './windows.js'

const LOOK_MS = 1_000

export interface AuthoritiesDeps extends Omit<MessageSourceDeps, 'version' | 'nowMs'> {
  readonly clock: Clock
  readonly random: () => number
  readonly library: FactorLibrary
  /** Directory in which it is kept what each was told. */
  readonly dir: string
  /** A plant by the configuration that is in force where the journal is read. */
  plant(id: string): PlantOptions | undefined
  /** As in `AuthorityLineDeps`. */
  readonly maySend?: (() => boolean) | undefined
  log(level: 'info' | 'warn', text: string): void
}

interface Authority {
  readonly plant: string
  readonly options: AuthorityOptions
  /** All settings as text: another text is another authority. */
  readonly text: string
  readonly logs: { readonly kept: SendLog; readonly realTime: SendLog }
  readonly lines: readonly AuthorityLine[]
  readonly stop: AbortController
  readonly ended: Promise<unknown>
}

/** Every authority that stacks report to. Stacks know nothing of each other, and nothing in the pipeline waits for them. */
export class Authorities {
  readonly #deps: AuthoritiesDeps
  readonly #running = new Map<string, Authority>()
  #wanted: readonly PlantOptions[]
  #waiting = new AbortController()
  #failure: unknown = null

  /** @param plants as configured, with their secrets */
  constructor(plants: readonly PlantOptions[], deps: AuthoritiesDeps) {
    this.#deps = deps
    this.#wanted = plants
  }

  /** The settings are others now. */
  configure(plants: readonly PlantOptions[]): void {
    this.#wanted = plants
    this.#waiting.abort()
  }

  get status(): readonly AuthorityStatus[] {
    return [...this.#running.values()].map(({ plant, options: { id, host, port, edition }, lines }) => ({
      plant,
      id,
      target: `${host}:${port}`,
      edition,
      stacks: lines.map(({ status }) => status),
    }))
  }

  get figures(): readonly AuthorityFigures[] {
    return [...this.#running.values()].map(({ plant, options: { id }, lines }) => {
      const counts = new Map<string, number>()
      for (const line of lines) {
        for (const [key, count] of line.counts) counts.set(key, (counts.get(key) ?? 0) + count)
      }
      const oldest = lines.flatMap(({ oldestPendingMs }) => oldestPendingMs ?? [])
      return {
        plant,
        id,
        frames: [...counts].map(([key, count]) => {
          const [command, result] = key.split('/') as [string, SendResult]
          return { command, result, count }
        }),
        pending: lines.reduce((sum, { status: { pending } }) => sum + pending.minute + pending.hour + pending.day, 0),
        oldestPendingMs: oldest.length === 0 ? null : Math.min(...oldest),
      }
    })
  }

  /** Data are taken and kept whatever an authority does: its trouble is told here, and does not make the gateway unready. */
  health(): HealthCheck[] {
    return this.status.flatMap(({ plant, id, stacks }) =>
      stacks.map(({ stack, reason, oldest_pending }) => ({
        name: `authority ${plant}/${id}/${stack}`,
        ok: true,
        reason:
          reason === ''
            ? ''
            : `${reason}; what is due waits${oldest_pending === null ? '' : `, since ${oldest_pending}`}`,
      })),
    )
  }

  /** The newest events of an authority, of real-time data or of all else; null when there is no such authority. */
  async log(plant: string, id: string, of: 'kept' | 'realTime', limit: number): Promise<AuthorityLogAnswer | null> {
    const logs = this.#running.get(keyOf(plant, id))?.logs
    return logs === undefined ? null : { events: await logs[of].newest(limit) }
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#waiting.abort(), { once: true })
    while (!signal.aborted && this.#failure === null) {
      await this.#reconcile()
      this.#waiting = new AbortController()
      if (!signal.aborted) await this.#deps.clock.sleep(LOOK_MS, this.#waiting.signal)
    }
    for (const { stop } of this.#running.values()) stop.abort()
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
    if (this.#failure !== null) throw this.#failure
  }

  async #reconcile(): Promise<void> {
    const wanted = new Map(
      this.#wanted.flatMap(({ id: plant, timezone, authorities }) =>
        authorities.map((options) => [keyOf(plant, options.id), { plant, timezone, options }] as const),
      ),
    )
    for (const [key, { text, stop, ended }] of this.#running) {
      const now = wanted.get(key)
      if (now !== undefined && textOf(now) === text) continue
      stop.abort()
      await ended
      this.#running.delete(key)
    }
    for (const [key, one] of wanted) if (!this.#running.has(key)) this.#running.set(key, await this.#start(one))
  }

  async #start({ plant, timezone, options }: Wanted): Promise<Authority> {
    const { clock, random, maySend, log: say } = this.#deps
    const dir = join(this.#deps.dir, plant, options.id)
    const logs = {
      kept: new SendLog(join(dir, 'log'), options.keep_days),
      realTime: new SendLog(join(dir, 'log-real-time'), options.keep_days),
    }
    const windows = new Windows(timezone, options.minute_min)
    const lines: AuthorityLine[] = []
    for (const station of options.stacks) {
      const name = `authority ${plant}/${options.id}, stack ${station.id}`
      const file = new AuthorityMemoryFile(dir, station.id)
      const memory = await this.#memoryIn(file, options, name)
      const source = messageSourceOf(plant, station.id, options, {
        ...this.#deps,
        nowMs: () => clock.nowMs(),
        version: this.#versionOf(plant),
      })
      lines.push(
        new AuthorityLine({
          options,
          station,
          name,
          clock,
          random,
          windows,
          file,
          memory,
          logs,
          source,
          maySend,
          log: say,
        }),
      )
    }
    const stop = new AbortController()
    const ended = Promise.all(lines.map((line) => line.run(stop.signal))).catch((error) => {
      this.#failure = error
      this.#waiting.abort()
    })
    return { plant, options, text: textOf({ plant, timezone, options }), logs, lines, stop, ended }
  }

  /** The memory of a stack. Where its file is not readable, all that is kept is told again: it may have been told or not. */
  async #memoryIn(file: AuthorityMemoryFile, options: AuthorityOptions, name: string): Promise<AuthorityMemory> {
    const { clock, log: say } = this.#deps
    try {
      return await file.read()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      say('warn', `${name}: ${file.path} is not readable (${why}): what is kept is sent again`)
      const fromMs = clock.nowMs() - options.keep_days * DAY_MS
      return { ...EMPTY_AUTHORITY_MEMORY, next: Object.fromEntries(KEPT.map((kept) => [kept, fromMs])) }
    }
  }

  /** The plant as it is configured, made once a configuration. */
  #versionOf(plant: string): () => PlantVersion | null {
    let made: PlantVersion | null = null
    return () => {
      const options = this.#deps.plant(plant)
      if (options === undefined) return null
      if (made?.options !== options) made = new PlantVersion(0, 0, options, this.#deps.library)
      return made
    }
  }
}

interface Wanted {
  readonly plant: string
  readonly timezone: string
  readonly options: AuthorityOptions
}

function textOf(wanted: Wanted): string {
  return JSON.stringify(wanted)
}

function keyOf(plant: string, id: string): string {
  return `${plant}/${id}`
}
