import type { Clock } from '../base/clock.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../base/durations.js'
import type { ResultMessage } from '../base/ingress.js'
import type { KpiPoint, Window } from '../base/kpi.js'
import type { KpiFigures } from '../views/sources/kpis.js'
import type { News } from '../views/sources/news.js'
import type { KnownPlants } from '../views/sources/plants.js'
import { discoveryPayload } from './home-assistant.js'
import type { ResultsOptions } from './options.js'
import { PlantPlaces } from './plant-places.js'
import { type PublishedFigure, PublishedFigures } from './published-figures.js'
import { discoveryTopic, plantStatusTopic, type ResultState, resultTopic } from './topics.js'
import { unsTopic } from './uns-topic.js'

/** Time between two looks at what is due. */
const ROUND_MS = 1000
/** Messages that the broker is given at once; the next follow when it has taken them. */
const BATCH_MAX = 100
/** Time between two looks at what there is no more. */
const LOOK_MS = 10_000
/** Time between two sentences in the log about points that were not published. */
const SAY_MS = 60_000
/** Figures that are behind by more are not up to date. */
const LAG_MAX_MS = 60_000

/** The newest final window of each size is not further before the one that runs than this, ms. */
const BACK_MS: Readonly<Record<Window, number>> = {
  '1m': 15 * MINUTE_MS,
  '15m': 2 * HOUR_MS,
  '1h': 6 * HOUR_MS,
  '1d': 3 * DAY_MS,
  '1mo': 70 * DAY_MS,
  shift: 3 * DAY_MS,
}

export interface ResultsDeps {
  readonly clock: Clock
  readonly options: ResultsOptions
  readonly version: string
  /** True once the figures of what there was at the start are computed. */
  isLive(): boolean
  /** Time by which figures of now are behind, ms. */
  lagMs(): number
  /** Resolves when the broker has taken the messages, in their order. */
  send(messages: readonly ResultMessage[]): Promise<void>
  log(level: 'warn', text: string): void
}

export type ResultSources = Pick<KpiFigures, 'catalogue' | 'latest' | 'points'> &
  Pick<KnownPlants, 'plants'> &
  Pick<News, 'onPoints'>

/**
 * Publishes figures over MQTT: after a start the newest of each, then each window once it is final, and windows that run at a
 * pace. Nothing is computed for it, and a broker that takes nothing delays nobody: see `PublishedFigures`.
 */
export class MqttResults {
  readonly #deps: ResultsDeps
  readonly #figures: PublishedFigures
  readonly #statuses = new Map<string, 'online' | 'offline'>()
  #places = new PlantPlaces([])
  #lookedMs = -Infinity
  #saidMs = -Infinity
  #isUnreadSaid = false
  /** Figures whose newest final point has not been read from the store yet. */
  #unread: PublishedFigure[] = []

  constructor(deps: ResultsDeps) {
    this.#deps = deps
    this.#figures = new PublishedFigures(deps.options)
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal, sources: ResultSources): Promise<void> {
    const { clock, isLive } = this.#deps
    while (!isLive() && !signal.aborted) await clock.sleep(ROUND_MS, signal)
    const stop = sources.onPoints((points) => {
      for (const point of points) this.#figures.take(point)
    })
    await this.#takeNewest(signal, sources)
    while (!signal.aborted) {
      await this.#round(signal, sources)
      await clock.sleep(ROUND_MS, signal)
    }
    stop()
  }

  /** The newest point of each figure, and its newest final one, which the store has. */
  async #takeNewest(signal: AbortSignal, sources: ResultSources): Promise<void> {
    for (const { id: plant } of sources.plants()) {
      for (const point of sources.latest(plant, { wants: this.#figures.wants })) this.#figures.take(point)
    }
    this.#unread = [...this.#figures.all].filter(({ running }) => running !== null)
    await this.#takeNewestFinal(signal, sources)
  }

  /** A store that gives no answer is asked again later, and what becomes final meanwhile is published all the same. */
  async #takeNewestFinal(signal: AbortSignal, sources: ResultSources): Promise<void> {
    const known = new Set(this.#figures.all)
    this.#unread = this.#unread.filter((figure) => known.has(figure))
    for (const figure of [...this.#unread]) {
      if (signal.aborted) return
      const { name, runningStart } = figure
      const toMs = Date.parse(runningStart)
      const range = { fromMs: toMs - BACK_MS[name.window], toMs, afterMs: null, limit: 100 }
      try {
        const points = await sources.points({ ...name, ...range, finalOnly: true })
        const newest = points.findLast(({ provisional }) => !provisional)
        if (newest !== undefined && newest.start > figure.finalStart) this.#figures.take(newest)
      } catch (error) {
        const text = `newest final figures cannot be read and are asked for again: ${(error as Error).message}`
        if (!this.#isUnreadSaid) this.#deps.log('warn', text)
        this.#isUnreadSaid = true
        return
      }
      this.#unread.shift()
    }
  }

  async #round(signal: AbortSignal, sources: ResultSources): Promise<void> {
    const nowMs = this.#deps.clock.nowMs()
    if (Math.abs(nowMs - this.#lookedMs) >= LOOK_MS) {
      this.#lookedMs = nowMs
      this.#places = new PlantPlaces(sources.plants())
      await this.#send(signal, [...this.#statusMessages(), ...this.#goneMessages()])
      await this.#takeNewestFinal(signal, sources)
    }
    for (let isMore = true; isMore && !signal.aborted; ) {
      const messages = this.#figures.due(nowMs, BATCH_MAX, (figure, point, state, payload) => {
        const messages = this.#messages(figure, state, payload, sources)
        return [...this.#announcement(figure, point, sources), ...messages]
      })
      await this.#send(signal, messages)
      isMore = messages.length > 0
    }
    this.#sayLosses(nowMs)
  }

  async #send(signal: AbortSignal, messages: readonly ResultMessage[]): Promise<void> {
    if (messages.length === 0) return
    let stop = () => {}
    const aborted = new Promise<void>((resolve) => {
      stop = resolve
    })
    signal.addEventListener('abort', stop)
    try {
      await Promise.race([this.#deps.send(messages), aborted])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  #messages(
    figure: PublishedFigure,
    state: ResultState,
    payload: string,
    sources: ResultSources,
  ): readonly ResultMessage[] {
    const { uns_topic } = this.#deps.options
    const { name } = figure
    if (!this.#places.has(name)) this.#places = new PlantPlaces(sources.plants())
    const levels = this.#places.levelsOf(name)
    const uns = uns_topic === undefined || levels === null ? [] : [unsTopic(uns_topic, { ...levels, ...name, state })]
    const retain = state !== 'earlier'
    const topics = [resultTopic(name, state), ...uns]
    if (retain) for (const topic of topics) figure.retained.add(topic)
    return topics.map((topic) => ({ topic, payload, retain }))
  }

  /** Before the first message of a figure, so that Home Assistant knows the sensor when its state comes. */
  #announcement(figure: PublishedFigure, point: KpiPoint, sources: ResultSources): readonly ResultMessage[] {
    const { options, version } = this.#deps
    const { home_assistant } = options
    const info = sources.catalogue.find(({ id }) => id === point.kpi)
    if (!home_assistant.enabled || figure.isAnnounced || info === undefined) return []
    figure.isAnnounced = true
    const topic = discoveryTopic(home_assistant.prefix, point)
    figure.retained.add(topic)
    const announced = { point, info, names: this.#places.namesOf(point) }
    return [{ topic, payload: discoveryPayload(announced, home_assistant, version), retain: true }]
  }

  #statusMessages(): readonly ResultMessage[] {
    const { isLive, lagMs } = this.#deps
    const status = isLive() && lagMs() < LAG_MAX_MS ? 'online' : 'offline'
    const plants = new Set([...this.#figures.all].map(({ name }) => name.plant))
    return [...plants].flatMap((plant) => {
      if (this.#statuses.get(plant) === status) return []
      this.#statuses.set(plant, status)
      return [{ topic: plantStatusTopic(plant), payload: status, retain: true }]
    })
  }

  /** Empties the retained topics of plants, lines and devices that there are no more. */
  #goneMessages(): readonly ResultMessage[] {
    const topics: string[] = []
    for (const figure of [...this.#figures.all]) {
      if (this.#places.has(figure.name)) continue
      topics.push(...figure.retained)
      this.#figures.forget(figure)
    }
    for (const plant of [...this.#statuses.keys()]) {
      if (this.#places.hasPlant(plant)) continue
      this.#statuses.delete(plant)
      topics.push(plantStatusTopic(plant))
    }
    return topics.map((topic) => ({ topic, payload: '', retain: true }))
  }

  #sayLosses(nowMs: number): void {
    if (Math.abs(nowMs - this.#saidMs) < SAY_MS) return
    const { leftOut, dropped } = this.#figures.takeLosses()
    if (leftOut + dropped === 0) return
    this.#saidMs = nowMs
    const { log } = this.#deps
    if (leftOut > 0) {
      log('warn', 'more figures than are published at once: choose fewer by kpis, scopes, windows or plants of results')
    }
    if (dropped > 0)
      log('warn', `${dropped} final points of the past came faster than the broker takes them: the API has them`)
  }
}
