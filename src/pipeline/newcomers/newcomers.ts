import type { Archive } from '../../archive/archive.js'
import type { Database } from '../../archive/database.js'
import { readLast } from '../../archive/recent.js'
import type { DeviceSender, Senders } from '../../archive/senders.js'
import type { Series } from '../../archive/series.js'
import type { Clock } from '../../base/clock.js'
import { compareText } from '../../base/text-order.js'
import type { Profile } from '../../decode/profile/profile.js'
import type { Quarantine } from '../../decode/quarantine.js'
import type { Adoption, AdoptRequest } from '../../views/routes/adopt.js'
import type { IgnoreRequest, UnknownDevicesQuery } from '../../views/routes/unknown-devices.js'
import type { UnknownDevice, UnknownDevicesAnswer } from '../../views/wire/unknown-devices.js'
import type { Configs } from '../configs.js'
import { ratePerMinute } from '../device-clock.js'
import { adoptionOf } from './adoption.js'
import { type IgnoredEntry, IgnoredNewcomers } from './ignored.js'
import { type LikelyMain, likelyMain, meanPowerKw, type NewMeter } from './likely-main.js'
import { proposeDevice, type SentSeries } from './propose-device.js'
import { isMeter } from './role.js'
import { unreadTopics } from './unread-topics.js'

export interface NewcomerDeps {
  readonly clock: Clock
  readonly database: Database
  readonly archive: Pick<Archive, 'series'>
  readonly senders: Senders
  readonly configs: Pick<Configs, 'plant' | 'plants' | 'known'>
  readonly accounting: { readonly nowMs: number }
  readonly quarantine: Pick<Quarantine, 'query'>
  /** All profiles that there are, by maker/model; asked once for each list of topics. */
  readonly profiles: () => ReadonlyMap<string, Profile>
  readonly ignored: { readonly path: string; write(path: string, text: string): void }
}

/** Metrics of one device that are looked at, and the readings of each. */
const METRICS_MAX = 40
const READINGS_MAX = 120
/** New meters whose readings are compared to find the main one. */
const METERS_MAX = 50
const POWER_METRICS = ['elec_import_kwh', 'elec_import_kw'] as const
/** Messages in quarantine that are looked at for topics, the newest. */
const MESSAGES_MAX = 500

/** Times as long as a look at topics has taken, none follows: pages ask all the time, and this thread has figures to make. */
const REST_FACTOR = 30
/** A look on a busy machine takes long by the clock, and what came after it is to be listed all the same. */
const REST_MS_MAX = 60_000

/** Topics as they were when they were last looked at. */
interface LookedTopics {
  readonly newest: string
  readonly rows: ReturnType<typeof unreadTopics>
  readonly atMs: number
  readonly restMs: number
}

/** Devices that send and that nobody has configured or registered, each with a proposal; all of it from what is kept anyway. */
export class Newcomers {
  readonly #deps: NewcomerDeps
  readonly #ignored: IgnoredNewcomers
  #topics: LookedTopics | null = null

  constructor(deps: NewcomerDeps) {
    this.#deps = deps
    this.#ignored = IgnoredNewcomers.open(deps.ignored.path, deps.ignored.write)
  }

  /** One page, in the order of plant and device. */
  async list({ plant, after, limit, withIgnored }: UnknownDevicesQuery): Promise<UnknownDevicesAnswer> {
    const all = this.#unknown(plant)
    const listed = withIgnored ? all : all.filter((sender) => this.#ignoredBy(sender) === null)
    const page = listed.filter((sender) => after === null || compareText(keyOf(sender), after) > 0).slice(0, limit)
    const isLast = page.length < limit || page.at(-1) === listed.at(-1)
    const items = await this.#proposed(page)
    const topics = after === null && plant === null ? this.#topicRows() : []
    const ignored = all.filter((sender) => this.#ignoredBy(sender) !== null).length
    return {
      items,
      topics: topics.filter((topic) => withIgnored || topic.ignored === null),
      next: isLast ? null : keyOf(page.at(-1)!),
      total: all.length - ignored,
      ignored: ignored + topics.filter((topic) => topic.ignored !== null).length,
    }
  }

  /** The device with its proposal; null when nobody of this name sends, or it is configured or registered. */
  async find(plant: string, device: string): Promise<UnknownDevice | null> {
    const sender = this.#deps.senders.find(plant, device)
    if (sender === undefined || this.#deps.configs.known.isConfigured(sender)) return null
    return (await this.#proposed([sender]))[0] ?? null
  }

  /** Additions to the configuration that adopting these would make. */
  adoption(request: AdoptRequest): Promise<Adoption> {
    return adoptionOf(request, this.#deps.configs.plants, (plant, device) => this.find(plant, device))
  }

  /** Ignores devices and topics, or lists them again; gives how many. Throws the system's error when it cannot be kept. */
  ignore({ devices, topics, isIgnored, by }: IgnoreRequest): number {
    const at = new Date(this.#deps.clock.nowMs()).toISOString()
    const named = [
      ...devices.map(({ plant, device }) => ({ kind: 'device' as const, name: `${plant}/${device}` })),
      ...topics.map((name) => ({ kind: 'topic' as const, name })),
    ]
    if (isIgnored)
      this.#ignored.change(
        named.map((one): IgnoredEntry => ({ ...one, at, by })),
        [],
      )
    else this.#ignored.change([], named)
    return named.length
  }

  #unknown(plant: string | null): readonly DeviceSender[] {
    const { senders, configs } = this.#deps
    return [...senders.all()]
      .filter((sender) => (plant ?? sender.plant) === sender.plant && !configs.known.isConfigured(sender))
      .sort((a, b) => compareText(keyOf(a), keyOf(b)))
  }

  #ignoredBy({ plant, device }: DeviceSender): UnknownDevice['ignored'] {
    return shown(this.#ignored.find('device', `${plant}/${device}`))
  }

  async #proposed(page: readonly DeviceSender[]): Promise<UnknownDevice[]> {
    const { archive, database, configs, accounting } = this.#deps
    const wanted = new Map(page.map((sender) => [keyOf(sender), [] as Series[]]))
    for (const one of archive.series.all()) wanted.get(keyOf(one))?.push(one)
    for (const own of wanted.values()) own.sort((a, b) => b.newestTs - a.newestTs)
    const looked = [...wanted.values()].flatMap((own) => own.slice(0, METRICS_MAX))
    const readings = await readLast(database, looked, READINGS_MAX)
    const isOpen = (plant: string) => configs.plant(plant)?.devices.every(({ role }) => role !== 'main') ?? true
    const mains = await this.#likelyMains(new Set(page.map(({ plant }) => plant).filter(isOpen)))
    return page.map((sender) => {
      const own = wanted.get(keyOf(sender)) ?? []
      const series = own.slice(0, METRICS_MAX).map(
        (one): SentSeries => ({
          metric: one.metric,
          class: one.class,
          unit: one.unit,
          ...(readings.get(one.id) ?? { ts: [], values: [] }),
        }),
      )
      const facts = {
        plant: sender.plant,
        line: sender.line,
        device: sender.device,
        since: instant(own.reduce((first, { firstTs }) => Math.min(first, firstTs), Infinity)),
        last_seen: instant(sender.lastHeardMs),
        messages: sender.messages,
        readings: sender.readings,
        elements_rejected: sender.elementsRejected,
        rate_per_min: ratePerMinute(sender, accounting.nowMs),
        client: sender.client,
        ignored: this.#ignoredBy(sender),
        metrics_more: Math.max(0, own.length - METRICS_MAX),
      }
      return proposeDevice({ ...facts, series }, configs.plant(sender.plant) ?? null, mains.get(sender.plant) ?? null)
    })
  }

  /** The likely main meter of each plant, among all its new devices that nobody ignores: those of other pages too. */
  async #likelyMains(plants: ReadonlySet<string>): Promise<ReadonlyMap<string, LikelyMain | null>> {
    const { archive, database } = this.#deps
    const listed = this.#unknown(null).filter((one) => plants.has(one.plant) && this.#ignoredBy(one) === null)
    const own = new Map(listed.map((sender) => [keyOf(sender), [] as Series[]]))
    for (const one of archive.series.all()) own.get(keyOf(one))?.push(one)
    const meters = listed.filter((sender) => isMeter(own.get(keyOf(sender)) ?? []))
    const seriesOf = (sender: DeviceSender, metric: string) =>
      own.get(keyOf(sender))?.find((one) => one.metric === metric)
    const looked = meters
      .slice(0, METERS_MAX)
      .flatMap((sender) => POWER_METRICS.flatMap((m) => seriesOf(sender, m) ?? []))
    const readings = await readLast(database, looked, READINGS_MAX)
    const readingsOf = (sender: DeviceSender, metric: string) => readings.get(seriesOf(sender, metric)?.id ?? -1)
    const met = (sender: DeviceSender): NewMeter => {
      const [register, power] = POWER_METRICS.map((metric) => readingsOf(sender, metric))
      return { device: sender.device, powerKw: meanPowerKw(register, power) }
    }
    return new Map(
      [...plants].map((plant) => [plant, likelyMain(meters.filter((one) => one.plant === plant).map(met))]),
    )
  }

  #topicRows(): UnknownDevicesAnswer['topics'] {
    const items = this.#deps.quarantine.query({
      reason: 'bad_topic',
      state: 'waiting',
      before: null,
      limit: MESSAGES_MAX,
    })
    // Each message is tried with each profile: once for as long as the messages are the same.
    const newest = `${items[0]?.id} ${items.at(-1)?.id} ${items.length}`
    const { clock, profiles } = this.#deps
    const nowMs = clock.nowMs()
    let topics = this.#topics
    // A clock may be set back, and then nobody is to wait for it.
    const isResting = topics !== null && nowMs >= topics.atMs && nowMs < topics.atMs + topics.restMs
    if (topics === null || (topics.newest !== newest && (items.length === 0 || !isResting))) {
      const day = new Date(nowMs).toISOString().slice(0, 10)
      const rows = items.length === 0 ? [] : unreadTopics(items, profiles(), day)
      const atMs = clock.nowMs()
      topics = { newest, rows, atMs, restMs: Math.min(REST_MS_MAX, REST_FACTOR * Math.max(0, atMs - nowMs)) }
      this.#topics = topics
    }
    return topics.rows.map((row) => ({ ...row, ignored: shown(this.#ignored.find('topic', row.topic)) }))
  }
}

function keyOf({ plant, device }: { readonly plant: string; readonly device: string }): string {
  return `${plant}/${device}`
}

function shown(entry: IgnoredEntry | null): UnknownDevice['ignored'] {
  return entry === null ? null : { at: entry.at, by: entry.by }
}

function instant(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}
