import { randomStream } from '../../simulators/random.js'
import type { SavingsDay } from '../../src/insight/savings/day.js'
import { bell } from './forecasts.js'

/** Standard deviation of `bell`. */
const BELL_DEVIATION = Math.sqrt(1 / 3)
const DAY_MS = 86_400_000

export interface PlantedPlant {
  readonly days: readonly SavingsDay[]
  /** Energy that the plant would have used on each day, kWh: what only the one who planted the saving knows. */
  readonly without: readonly number[]
}

/**
 * Days of a plant that makes two products, heats below 15 °C, rests at weekends, and has errors that stay for days. From
 * `savedFrom` on it uses the given share less. One day in fifty is not known.
 */
export function plantedPlant(of: {
  readonly seed: number
  readonly days: number
  readonly savedFrom: number
  readonly share: number
}): PlantedPlant {
  const random = randomStream('savings', of.seed)
  const noise = () => bell(random) / BELL_DEVIATION
  const [base, perA, perB, perDegree] = [600 + 400 * random(), 1 + random(), 2 + random(), 20 + 20 * random()]
  const persistence = 0.5 * random()
  let error = 0
  const without: number[] = []
  const days = Array.from({ length: of.days }, (_, i): SavingsDay => {
    const date = new Date(Date.UTC(2025, 0, 1) + i * DAY_MS)
    const isWorking = date.getUTCDay() % 6 !== 0
    const a = isWorking ? Math.max(0, Math.round(800 + 150 * noise())) : 0
    const b = isWorking ? Math.max(0, Math.round(300 + 80 * noise())) : 0
    const outdoorC = 12 - 10 * Math.cos((2 * Math.PI * i) / 365) + 3 * noise()
    error = persistence * error + Math.sqrt(1 - persistence ** 2) * 150 * noise()
    const kwh = base + (isWorking ? 300 : 0) + perA * a + perB * b + perDegree * Math.max(0, 15 - outdoorC) + error
    without.push(kwh)
    const isKnown = random() > 0.02
    const used = kwh * (i < of.savedFrom ? 1 : 1 - of.share)
    const day = date.toISOString().slice(0, 10)
    return {
      day,
      isWorking,
      shiftHours: null,
      outdoorC,
      outputs: { product_a: a, product_b: b },
      energyKwh: isKnown ? used : null,
    }
  })
  return { days, without }
}
