import { type Answer, answer, noAnswer, noRatio, type Ratio, ratio } from './answer.js'

/** Apparent energy, kVAh. Signs of both registers are lost. */
export function apparentKvah(activeKwh: number, reactiveKvarh: number): number {
  return Math.sqrt(activeKwh * activeKwh + reactiveKvarh * reactiveKvarh)
}

/** Active over apparent energy, 0..1 for a meter of import; `no_denominator` when nothing flowed. */
export function powerFactorOf(activeKwh: number, reactiveKvarh: number): Ratio {
  return ratio(activeKwh, apparentKvah(activeKwh, reactiveKvarh))
}

/** Angle between current and voltage over the time of the registers, degrees, positive when the load is inductive. */
export function phaseAngleDeg(activeKwh: number, reactiveKvarh: number): Answer {
  if (!Number.isFinite(activeKwh) || !Number.isFinite(reactiveKvarh)) return noAnswer('no_data')
  if (activeKwh === 0 && reactiveKvarh === 0) return noAnswer('no_denominator')
  return answer((Math.atan2(reactiveKvarh, activeKwh) * 180) / Math.PI)
}

/** Mean power over a length of time, kW. */
export function demandKw(energyKwh: number, hours: number): Ratio {
  return ratio(energyKwh, hours)
}

/**
 * How even a load is: its energy over what the peak would have used all the time, 0..1. Hours are real ones, 23 or 25 on
 * some days. `no_data` without a peak. Source: KPI specification §2.
 */
export function loadFactorOf(energyKwh: number, peakKw: number | null, hours: number): Ratio {
  return peakKw === null ? noRatio('no_data', energyKwh) : ratio(energyKwh, peakKw * hours)
}
