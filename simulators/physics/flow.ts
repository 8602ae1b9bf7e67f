/**
 * ∫ max(0, a + (b − a)·s) ds from 0 to x, for 0 ≤ x ≤ 1: what a one-way register makes of a power that goes straight
 * from a to b, and perhaps through zero, in one unit of time.
 */
export function positiveArea(a: number, b: number, x: number): number {
  const c = a + (b - a) * x
  if (a >= 0 && c >= 0) return (x * (a + c)) / 2
  if (a <= 0 && c <= 0) return 0
  const zero = a / (a - b)
  return a > 0 ? (a * zero) / 2 : (c * (x - zero)) / 2
}

/**
 * Energy, gas or water that went one way on one day. Power, kW or units an hour, runs straight from one full minute to
 * the next; only its positive part counts.
 */
export class FlowOfDay {
  readonly #power: Float64Array
  readonly #scale: Float64Array | null
  /** Energy from midnight to each full minute. */
  readonly #energy: Float64Array

  /**
   * @param power at the full minutes of the day, both midnights included
   * @param scale of each minute; null is 1. A flow of reactive energy is the active one times the minute's tan φ.
   */
  constructor(power: Float64Array, scale: Float64Array | null = null) {
    this.#power = power
    this.#scale = scale
    this.#energy = new Float64Array(power.length)
    let sum = 0
    for (let minute = 0; minute < power.length - 1; minute++) {
      sum += this.#within(minute, 1)
      this.#energy[minute + 1] = sum
    }
  }

  get total(): number {
    return this.#energy.at(-1)!
  }

  /** Energy since midnight, kWh or units; `minutes` from 0 to before the end of the day. */
  energyAt(minutes: number): number {
    const minute = Math.floor(minutes)
    const sum = this.#energy[minute]! + this.#within(minute, minutes - minute)
    // The last bit of a partial minute must not stand above the whole one.
    return Math.min(sum, this.#energy[minute + 1]!)
  }

  /** Power at an instant of the day. */
  powerAt(minutes: number): number {
    const minute = Math.floor(minutes)
    const a = this.#power[minute]!
    const b = this.#power[minute + 1]!
    return Math.max(0, a + (b - a) * (minutes - minute)) * (this.#scale?.[minute] ?? 1)
  }

  #within(minute: number, fraction: number): number {
    const area = positiveArea(this.#power[minute]!, this.#power[minute + 1]!, fraction)
    return (area * (this.#scale?.[minute] ?? 1)) / 60
  }
}
