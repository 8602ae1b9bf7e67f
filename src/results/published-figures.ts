import type { ResultMessage } from '../base/ingress.js'
import { type KpiPoint, streamKey } from '../base/kpi.js'
import type { ChosenFigures, ResultsOptions } from './options.js'
import { resultPayload } from './result-message.js'
import type { ResultName, ResultState } from './topics.js'

/** Figures that are published at most: each has two retained topics, as many again by a template, and one for Home Assistant. */
export const FIGURES_MAX = 2000
/** Final points before the newest of their figure that wait at most; beyond, the oldest is dropped and counted. */
export const EARLIER_MAX = 5000

/** A figure with what has been published of it, and what is to be. */
export interface PublishedFigure {
  readonly name: ResultName
  /** Retained topics that hold something, to be emptied when the figure is gone. */
  readonly retained: Set<string>
  isAnnounced: boolean
  /** The newest final point, until it is published. */
  final: KpiPoint | null
  /** Start of the newest final window that came, and of the newest that was published; '' before the first. */
  finalStart: string
  publishedStart: string
  finalText: string
  /** The newest point of a window that runs, until it is published. */
  running: KpiPoint | null
  /** Start of the newest window that ran; '' before the first. One before it is provisional for a while too. */
  runningStart: string
  runningText: string
  /** When it was published last, epoch ms. */
  runningAtMs: number
}

/** Gives a point its topics: one message for each, after the announcement where there is one. */
export type MessagesOf = (
  figure: PublishedFigure,
  point: KpiPoint,
  state: ResultState,
  payload: string,
) => readonly ResultMessage[]

/** True for a figure that one way out is for. */
export function isChosen(
  { plants, kpis, scopes, windows }: ChosenFigures,
  { plant, kpi, scope, window }: Pick<ResultName, 'plant' | 'kpi' | 'scope' | 'window'>,
): boolean {
  return (
    scopes.includes(scope) &&
    windows.includes(window) &&
    (kpis.includes('*') || kpis.includes(kpi)) &&
    (plants === undefined || plants.includes(plant))
  )
}

/**
 * Figures on their way to subscribers. Of a window that runs only the newest point waits, of final windows each, up to a bound:
 * what waits is bounded by the number of figures, however seldom it is taken.
 */
export class PublishedFigures {
  readonly #options: Pick<ResultsOptions, 'plants' | 'kpis' | 'scopes' | 'windows' | 'every_s'>
  readonly #figures = new Map<string, PublishedFigure>()
  readonly #due = new Set<PublishedFigure>()
  #earlier: { readonly figure: PublishedFigure; readonly point: KpiPoint }[] = []
  #leftOut = 0
  #dropped = 0

  constructor(options: Pick<ResultsOptions, 'plants' | 'kpis' | 'scopes' | 'windows' | 'every_s'>) {
    this.#options = options
  }

  get all(): IterableIterator<PublishedFigure> {
    return this.#figures.values()
  }

  /** Points that were not taken since the last call: of figures beyond the bound, and final ones beyond theirs. */
  takeLosses(): { readonly leftOut: number; readonly dropped: number } {
    const losses = { leftOut: this.#leftOut, dropped: this.#dropped }
    this.#leftOut = 0
    this.#dropped = 0
    return losses
  }

  wants = ({ plant, kpi, scope, window }: ResultName): boolean => {
    return isChosen(this.#options, { plant, kpi, scope, window })
  }

  take(point: KpiPoint): void {
    if (!this.wants(point)) return
    const figure = this.#figureOf(point)
    if (figure === null) return
    if (point.provisional) {
      if (point.start < figure.runningStart) return
      figure.running = point
      figure.runningStart = point.start
    } else if (point.start >= figure.finalStart) {
      if (figure.final !== null && figure.final.start < point.start) this.#later(figure, figure.final)
      figure.final = point
      figure.finalStart = point.start
    } else {
      this.#later(figure, point)
      return
    }
    this.#due.add(figure)
  }

  /** The messages that are due, at most about so many: final points in the order of their windows. */
  due(nowMs: number, most: number, messagesOf: MessagesOf): readonly ResultMessage[] {
    const messages: ResultMessage[] = []
    const earlier = this.#earlier.splice(0, most)
    for (const { figure, point } of earlier) messages.push(...this.#finalOf(figure, point, messagesOf))
    for (const figure of this.#due) {
      if (messages.length >= most) break
      if (figure.final !== null) {
        messages.push(...this.#finalOf(figure, figure.final, messagesOf))
        figure.final = null
      }
      messages.push(...this.#runningOf(figure, nowMs, messagesOf))
      if (figure.running === null) this.#due.delete(figure)
    }
    return messages
  }

  /** Forgets a figure that there is no more. */
  forget(figure: PublishedFigure): void {
    this.#figures.delete(streamKey(figure.name))
    this.#due.delete(figure)
    this.#earlier = this.#earlier.filter((one) => one.figure !== figure)
  }

  #finalOf(figure: PublishedFigure, point: KpiPoint, messagesOf: MessagesOf): readonly ResultMessage[] {
    const payload = resultPayload(point)
    if (point.start < figure.publishedStart) return messagesOf(figure, point, 'earlier', payload)
    // After a start the newest is read, and may come by itself as well.
    if (payload === figure.finalText) return []
    figure.publishedStart = point.start
    figure.finalText = payload
    return messagesOf(figure, point, 'final', payload)
  }

  #runningOf(figure: PublishedFigure, nowMs: number, messagesOf: MessagesOf): readonly ResultMessage[] {
    const { running } = figure
    if (running === null || Math.abs(nowMs - figure.runningAtMs) < this.#options.every_s * 1000) return []
    figure.running = null
    const payload = resultPayload(running)
    if (payload === figure.runningText) return []
    figure.runningText = payload
    figure.runningAtMs = nowMs
    return messagesOf(figure, running, 'running', payload)
  }

  #later(figure: PublishedFigure, point: KpiPoint): void {
    if (this.#earlier.length >= EARLIER_MAX) {
      this.#earlier.shift()
      this.#dropped += 1
    }
    this.#earlier.push({ figure, point })
  }

  #figureOf({ plant, scope, id, kpi, window }: KpiPoint): PublishedFigure | null {
    const name = { plant, scope, id, kpi, window }
    const key = streamKey(name)
    const known = this.#figures.get(key)
    if (known !== undefined) return known
    if (this.#figures.size >= FIGURES_MAX) {
      this.#leftOut += 1
      return null
    }
    const figure: PublishedFigure = {
      name,
      retained: new Set(),
      isAnnounced: false,
      final: null,
      finalStart: '',
      publishedStart: '',
      finalText: '',
      running: null,
      runningStart: '',
      runningText: '',
      runningAtMs: -Infinity,
    }
    this.#figures.set(key, figure)
    return figure
  }
}
