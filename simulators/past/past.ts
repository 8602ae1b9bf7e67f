import { Temporal } from 'temporal-polyfill'
import type { Sample, SimulatedDevice, SimulatedPlant } from '../plant.js'
import { pastSamples, stepMs } from './density.js'

/** Part of the past that is sent at once, [fromMs, toMs), epoch ms. */
export interface PastStep {
  readonly fromMs: number
  readonly toMs: number
}

/** Local midnight of a plant so many days before the present, not before it knows anything, epoch ms. */
export function pastFromMs({ timezone, epochMs }: SimulatedPlant, presentMs: number, days: number): number {
  const now = Temporal.Instant.fromEpochMilliseconds(presentMs).toZonedDateTimeISO(timezone)
  return Math.max(epochMs, now.subtract({ days }).startOfDay().epochMilliseconds)
}

/** The next step of a past that begins at `fromMs` and is sent from `sentFromMs` on; null when all of it is. */
export function nextStep(fromMs: number, sentFromMs: number, presentMs: number): PastStep | null {
  if (sentFromMs <= fromMs) return null
  return { fromMs: Math.max(fromMs, sentFromMs - stepMs(presentMs - sentFromMs)), toMs: sentFromMs }
}

/** Samples of a device in one step, in order of time; none before the past of its plant begins. */
export function samplesOfStep(
  plant: SimulatedPlant,
  device: SimulatedDevice,
  days: number,
  presentMs: number,
  { fromMs, toMs }: PastStep,
): readonly Sample[] {
  return pastSamples(device, Math.max(fromMs, pastFromMs(plant, presentMs, days)), toMs, presentMs)
}

/** The past of all plants begins here, epoch ms. */
export function pastOfAllFromMs(plants: readonly SimulatedPlant[], presentMs: number, days: number): number {
  return Math.min(...plants.map((plant) => pastFromMs(plant, presentMs, days)))
}

/** All that is sent of the past of a device, in order of time. @param fromMs of the past of all plants */
export function pastOf(
  plant: SimulatedPlant,
  device: SimulatedDevice,
  days: number,
  fromMs: number,
  presentMs: number,
): readonly Sample[] {
  const steps: (readonly Sample[])[] = []
  for (let sentFromMs = presentMs; ; ) {
    const step = nextStep(fromMs, sentFromMs, presentMs)
    if (step === null) return steps.reverse().flat()
    steps.push(samplesOfStep(plant, device, days, presentMs, step))
    sentFromMs = step.fromMs
  }
}
