import type { AnomalyAction } from '../../base/anomaly.js'
import type { AnomalyRecord } from './record.js'
import { haveTimeInCommon } from './time-span.js'

/** Verdicts of a plant that are remembered: the oldest go. */
export const ANOMALY_VERDICTS_MAX = 2_000

/** A verdict with the time at which it came, epoch ms. */
export interface TimedVerdict {
  readonly act: AnomalyAction
  readonly atMs: number
}

/** Verdicts of people on findings, by plant. */
export class AnomalyVerdicts {
  /** Oldest first. */
  readonly #byPlant = new Map<string, TimedVerdict[]>()

  add(verdict: TimedVerdict): void {
    const { plant } = verdict.act
    const all = this.#byPlant.get(plant) ?? []
    all.push(verdict)
    if (all.length > ANOMALY_VERDICTS_MAX) all.shift()
    this.#byPlant.set(plant, all)
  }

  /** The newest verdict on a finding of this device, other device and kind at a time that both have in common; null for none. */
  of(plant: string, record: AnomalyRecord): TimedVerdict | null {
    const { kind, device, other } = record
    const isOf = ({ act, atMs }: TimedVerdict) =>
      act.kind === kind &&
      act.device === device &&
      (act.other === undefined || act.other === other) &&
      haveTimeInCommon(record, { sinceMs: act.sinceMs, untilMs: act.untilMs ?? atMs })
    return this.#byPlant.get(plant)?.findLast(isOf) ?? null
  }
}
