import { once } from 'node:events'
import { join } from 'node:path'
import type { Clock } from '../base/clock.js'
import type { PlantOptions } from '../base/plant.js'
import type { AlarmChannel, ChannelTestAnswer } from '../base/wire/channels.js'
import type { Alarms } from '../kpi/alarms/alarms.js'
import { Channel } from './channel.js'
import { type ChannelMemory, ChannelMemoryFile, EMPTY_CHANNEL_MEMORY } from './memory.js'
import type { PlantWords } from './message.js'
import type { ChannelOptions, NotifyOptions } from './options.js'
import { openDingtalk, openWecom } from './robots.js'
import type { ChannelSender } from './sender.js'
import { openWebhook } from './webhook.js'

export interface ChannelsDeps {
  readonly clock: Clock
  readonly random: () => number
  /** Folder in which each channel keeps what it has sent. */
  readonly dir: string
  readonly alarms: Pick<Alarms, 'list' | 'find' | 'listen'>
  /** Channels by the configuration in force. */
  plants(): readonly PlantOptions[]
  /** As in `ChannelDeps`. */
  readonly maySend?: (() => boolean) | undefined
  log(level: 'info' | 'warn', text: string): void
}

/** A channel that is open, with the settings that it was opened with. */
interface OpenChannel {
  readonly channel: Channel
  /** All settings as text: another text is another way. */
  readonly text: string
  readonly stop: AbortController
  ended: Promise<void>
}

/** Every way by which people are told of alarms. They know nothing of each other. */
export class Channels {
  readonly #deps: ChannelsDeps
  /** By id, in the order of the settings. */
  #open: ReadonlyMap<string, OpenChannel> = new Map()
  #wanted: NotifyOptions
  #applied = Promise.resolve()
  #isRunning = false
  readonly #failed = new AbortController()

  private constructor(options: NotifyOptions, deps: ChannelsDeps) {
    this.#wanted = options
    this.#deps = deps
  }

  /** From here on alarms are noticed; those that are there already may not have been told yet. */
  static async open(options: NotifyOptions, deps: ChannelsDeps): Promise<Channels> {
    const channels = new Channels(options, deps)
    await channels.#apply()
    deps.alarms.listen((alarm) => {
      for (const { channel } of channels.#open.values()) channel.notice(alarm)
    })
    return channels
  }

  get status(): readonly AlarmChannel[] {
    return [...this.#open.values()].map(({ channel: { status } }) => status)
  }

  get figures(): readonly Channel['figures'][] {
    return [...this.#open.values()].map(({ channel: { figures } }) => figures)
  }

  /**
   * The settings are others now. A channel that is set otherwise goes on with what waits in it; one that is not named any more ends,
   * and its file keeps what waits.
   */
  configure(options: NotifyOptions): void {
    this.#wanted = options
    this.#applied = this.#applied.then(() => this.#apply()).catch((error) => this.#failed.abort(error))
  }

  /** null when there is no such channel. */
  async test(id: string): Promise<ChannelTestAnswer | null> {
    await this.#applied
    return (await this.#open.get(id)?.channel.test()) ?? null
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#applied
    this.#isRunning = true
    for (const one of this.#open.values()) this.#start(one)
    const ending = AbortSignal.any([signal, this.#failed.signal])
    if (!ending.aborted) await once(ending, 'abort')
    await this.#applied
    this.#isRunning = false
    for (const { stop } of this.#open.values()) stop.abort()
    await Promise.all([...this.#open.values()].map(({ ended }) => ended))
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason
  }

  #start(one: OpenChannel): void {
    one.ended = one.channel.run(one.stop.signal).catch((error) => this.#failed.abort(error))
  }

  async #apply(): Promise<void> {
    const { public_url = null, channels } = this.#wanted
    const before = this.#open
    const after = new Map<string, OpenChannel>()
    const textOf = (options: ChannelOptions) => JSON.stringify([public_url, options])
    const wanted = new Map(channels.map((options) => [options.id, textOf(options)]))
    // All that end are told so before one of them is waited for.
    for (const [id, { text, stop }] of before) if (wanted.get(id) !== text) stop.abort()
    for (const options of channels) {
      const old = before.get(options.id)
      after.set(options.id, old?.text === textOf(options) ? old : await this.#replace(old, options, public_url))
    }
    for (const [id, one] of before) if (!after.has(id)) await stopped(one)
    this.#open = after
    // Alarms may have been raised while none of two listened; the oldest come first: where too many wait, those go.
    const fresh = [...after].filter(([id, one]) => before.get(id) !== one)
    if (fresh.length === 0) return
    for (const alarm of this.#deps.alarms.list(null, () => true, Number.POSITIVE_INFINITY).toReversed()) {
      for (const [, { channel }] of fresh) channel.notice(alarm)
    }
    if (this.#isRunning) for (const [, one] of fresh) this.#start(one)
  }

  /** The new one goes on with all that waits in the old one, also where the disk takes nothing. */
  async #replace(
    old: OpenChannel | undefined,
    options: ChannelOptions,
    publicUrl: string | null,
  ): Promise<OpenChannel> {
    const { clock, random, alarms, maySend, log, dir, plants } = this.#deps
    if (old !== undefined) await stopped(old)
    const file = new ChannelMemoryFile(join(dir, `${options.id}.json`))
    const channel = new Channel({
      options,
      publicUrl,
      sender: await senderOf(options, clock),
      clock,
      random,
      file,
      memory: old?.channel.memory() ?? (await memoryIn(file, log)),
      before: old?.channel,
      find: (plant, id) => alarms.find(plant, id),
      plant: (id) => plantWords(plants(), id),
      maySend,
      log,
    })
    return {
      channel,
      text: JSON.stringify([publicUrl, options]),
      stop: new AbortController(),
      ended: Promise.resolve(),
    }
  }
}

async function stopped({ stop, ended }: OpenChannel): Promise<void> {
  stop.abort()
  await ended
}

async function memoryIn(file: ChannelMemoryFile, say: ChannelsDeps['log']): Promise<ChannelMemory> {
  try {
    return await file.read()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    say('warn', `${file.path} is not readable (${why}): alarms of the last hour may be sent again`)
    return EMPTY_CHANNEL_MEMORY
  }
}

async function senderOf(options: ChannelOptions, clock: Clock): Promise<ChannelSender> {
  switch (options.type) {
    case 'webhook':
      return openWebhook(options)
    case 'dingtalk':
      return openDingtalk(options, clock)
    case 'wecom':
      return openWecom(options)
    case 'mail':
      // Loaded where mail is sent alone.
      return (await import('./mail.js')).openMail(options)
  }
}

/** A plant that is not configured is called by its id, and has the time of the world. */
function plantWords(plants: readonly PlantOptions[], id: string): PlantWords {
  return plants.find((plant) => plant.id === id) ?? { name: {}, timezone: 'UTC', lines: [] }
}
