import { join } from 'node:path'
import type { AlarmItem } from '../base/alarm.js'
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

/** Every way by which people are told of alarms. They know nothing of each other. */
export class Channels {
  readonly #channels: readonly Channel[]

  private constructor(channels: readonly Channel[]) {
    this.#channels = channels
  }

  /** From here on alarms are noticed; those that are there already may not have been told yet. */
  static async open({ public_url, channels }: NotifyOptions, deps: ChannelsDeps): Promise<Channels> {
    const { alarms } = deps
    const opened: Channel[] = []
    for (const options of channels) opened.push(await open(options, public_url ?? null, deps))
    if (opened.length > 0) {
      const notice = (alarm: AlarmItem) => {
        for (const channel of opened) channel.notice(alarm)
      }
      // Oldest first: where too many wait, those go.
      for (const alarm of alarms.list(null, () => true, Number.POSITIVE_INFINITY).toReversed()) notice(alarm)
      alarms.listen(notice)
    }
    return new Channels(opened)
  }

  get status(): readonly AlarmChannel[] {
    return this.#channels.map(({ status }) => status)
  }

  get figures(): readonly Channel['figures'][] {
    return this.#channels.map(({ figures }) => figures)
  }

  /** null when there is no such channel. */
  async test(id: string): Promise<ChannelTestAnswer | null> {
    return (await this.#channels.find((channel) => channel.id === id)?.test()) ?? null
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#channels.map((channel) => channel.run(signal)))
  }
}

async function open(options: ChannelOptions, publicUrl: string | null, deps: ChannelsDeps): Promise<Channel> {
  const { clock, random, alarms, maySend, log: say } = deps
  const file = new ChannelMemoryFile(join(deps.dir, `${options.id}.json`))
  return new Channel({
    options,
    publicUrl,
    sender: await senderOf(options, clock),
    clock,
    random,
    file,
    memory: await memoryIn(file, say),
    find: (plant, id) => alarms.find(plant, id),
    plant: (id) => plantWords(deps.plants(), id),
    maySend,
    log: say,
  })
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
