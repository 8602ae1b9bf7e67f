import { systemClock } from '../../base/clock.js'
import type { Reading } from '../../base/reading.js'
import type { LoadedConfig } from '../../config/config.js'
import { type DecodeRules, splitsPower } from '../../decode/decode.js'
import { type ElementRejection, type Harvest, takeElement } from '../../decode/message.js'
import { registrationFault } from '../../decode/registration.js'
import { Configs } from '../../pipeline/configs.js'
import type { HistoryElement } from './history-elements.js'

/** Element as the gateway would take it: what becomes readings, and what it would refuse, each as an element of its own. */
export interface JudgedElement {
  readonly taken: HistoryElement | null
  readonly readings: readonly Reading[]
  readonly refused: HistoryElement | null
  readonly rejections: readonly Pick<ElementRejection, 'reason' | 'detail' | 'metric'>[]
}

/** Judges elements by the code and the configuration by which the gateway does, before anything is sent. */
export class HistoryJudge {
  readonly #rules: DecodeRules
  readonly #arrivedAt: number

  constructor(
    { config, hash, content }: Pick<LoadedConfig, 'config' | 'hash' | 'content'>,
    nowMs = systemClock.nowMs(),
  ) {
    this.#rules = new Configs([], { plants: config.plants, hash, content }).rules
    this.#arrivedAt = nowMs
  }

  judge(element: HistoryElement): JudgedElement {
    const unknown = registrationFault(element.path, this.#rules)
    if (unknown !== null) return { taken: null, readings: [], refused: element, rejections: [unknown] }
    const harvest: Harvest = { readings: [], events: [], rejected: [], seqs: [] }
    takeElement(element.sent, 0, this.#contextOf(element), harvest)
    const { readings, rejected } = harvest
    if (rejected.length === 0) return { taken: element, readings, refused: null, rejections: [] }
    if (readings.length === 0) return { taken: null, readings, refused: element, rejections: rejected }
    const wrong = new Set(rejected.map(({ metric }) => metric))
    return {
      taken: withMetrics(element, (name) => !wrong.has(name)),
      readings,
      refused: withMetrics(element, (name) => wrong.has(name)),
      rejections: rejected,
    }
  }

  #contextOf({ path, class: kind }: HistoryElement): Parameters<typeof takeElement>[2] {
    return {
      path,
      class: kind,
      arrivedAt: this.#arrivedAt,
      retentionMs: this.#rules.retentionMs ?? null,
      aheadMs: 0,
      isListed: true,
      wasKept: false,
      splitsPower: splitsPower(this.#rules),
      known: null,
      sender: { client: '', ingress: 'mqtt', isEarlier: false },
    }
  }
}

function withMetrics(element: HistoryElement, isWanted: (name: string) => boolean): HistoryElement {
  const only = <T>(of: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(of).filter(([name]) => isWanted(name)))
  const { metrics, units, ...sent } = element.sent
  return {
    ...element,
    sent: { ...sent, metrics: only(metrics), ...(units === undefined ? {} : { units: only(units) }) },
  }
}
