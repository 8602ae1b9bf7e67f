import type { DeviceSamples } from '../device-samples.js'
import type { SimulatedDevice } from '../plant.js'
import type { SampleFault, SendFault } from '../sends.js'
import { wrongClock } from './clock.js'
import { glitch, registerIn, reset } from './counter.js'
import { disconnect, duplicate, late, reorder } from './delivery.js'
import { garbage } from './garbage.js'
import type { Key } from './key.js'
import { type FaultName, REPAIRABLE } from './names.js'
import { silence } from './silence.js'

/** Faults befall at most so many devices of each class of a plant. */
const HIT_MAX = 3
/** No fault befalls a sample in the first half hour: a register needs a past before it can be seen to fall. */
const QUIET_MS = 1_800_000
/** Looks in a message while there are faults of messages, so that there are messages enough to befall. */
const LOOKS_A_MESSAGE = { periodic: 20, onChange: 300 } as const

/**
 * Place of the device that a fault befalls among the first ones, counted from 0; the last one where there are fewer.
 * Faults that touch the same figures fall on different devices, so that what each of them does can be said.
 */
const VICTIM: Readonly<Partial<Record<FaultName, number>>> = { glitch: 0, garbage: 0, clock: 1, reset: 2, silence: 2 }

export interface DeviceFaults {
  readonly names: readonly FaultName[]
  /** In the order in which they befall a sample. */
  readonly ofSamples: readonly SampleFault[]
  /** In the order in which they befall a message. */
  readonly ofSends: readonly SendFault[]
  /** Looks in a message at most; null for as many as it takes. */
  readonly looksMax: number | null
}

/** The faults of a device among those of its class that it is the `place`-th of, `count` in all, counted from 0. */
export function namesFor(
  faults: ReadonlySet<FaultName>,
  place: number,
  count: number,
  isOnChange: boolean,
): readonly FaultName[] {
  // One at least stays as it is where there are two, to compare with.
  const hit = Math.max(1, Math.min(HIT_MAX, count - 1))
  return [...faults].filter((fault) => {
    if (REPAIRABLE.has(fault)) return place < hit
    if (place !== Math.min(VICTIM[fault] ?? 0, hit - 1)) return false
    // The silence of a device that speaks only when something changes is no fault that anyone could see.
    if (fault === 'silence') return !isOnChange
    // A register that has just begun again stands too low for the rules to tell another fault from another reset.
    if (fault === 'reset')
      return !(faults.has('clock') && !isOnChange && hit < HIT_MAX) && !(faults.has('glitch') && hit < 2)
    return true
  })
}

/** A device's faults as they befall its samples and messages. */
export function faultsOf(names: readonly FaultName[], samples: DeviceSamples, seed: number): DeviceFaults {
  const { path, class: kind, isOnChange } = samples.device
  const key: Key = [seed, path.plant, path.device]
  const quietUntilMs = samples.timetable.firstMs + QUIET_MS
  const has = (name: FaultName) => names.includes(name)
  const { startedAtMs } = samples.timetable
  return {
    names,
    ofSamples: [
      ...(has('silence') ? [silence(key, quietUntilMs)] : []),
      ...(has('reset') ? [reset(samples, key, quietUntilMs)] : []),
      ...(has('glitch') ? [glitch(samples, key, quietUntilMs)] : []),
      // Last, because it moves a sample away from the time at which the others look.
      ...(has('clock')
        ? [wrongClock(key, quietUntilMs, { startedAtMs, isOnlyAhead: kind === 'robot' || kind === 'production' })]
        : []),
    ],
    ofSends: [
      ...(has('garbage') ? [garbage(key, kind)] : []),
      ...(has('duplicate') ? [duplicate(key)] : []),
      ...(has('late') ? [late(key)] : []),
      ...(has('reorder') ? [reorder(key)] : []),
      ...(has('disconnect') ? [disconnect(key)] : []),
    ],
    looksMax: names.length === 0 ? null : isOnChange ? LOOKS_A_MESSAGE.onChange : LOOKS_A_MESSAGE.periodic,
  }
}

/**
 * The devices of a plant class by class, those first whose figures the truth states: faults of devices that nothing is
 * computed from would show nothing.
 */
export function victimsFirst(samples: readonly DeviceSamples[]): readonly DeviceSamples[] {
  const rank = (one: DeviceSamples) => {
    const { firstMs } = one.timetable
    const [sample] = one.between(firstMs, firstMs + QUIET_MS)
    return sample !== undefined && (one.device.class !== 'energy' || registerIn(sample) !== null) ? 0 : 1
  }
  const ranked = samples.map((one) => ({ one, rank: rank(one) }))
  return ranked.sort((a, b) => a.rank - b.rank).map(({ one }) => one)
}

/** All faults of a plant's devices. */
export function planOf(
  faults: ReadonlySet<FaultName>,
  devices: readonly DeviceSamples[],
  seed: number,
): ReadonlyMap<SimulatedDevice, DeviceFaults> {
  const plan = new Map<SimulatedDevice, DeviceFaults>()
  const byClass = new Map<string, DeviceSamples[]>()
  // Their order is for faults alone, and costs what each device shows in half an hour: seconds of the demo's start.
  for (const one of faults.size === 0 ? devices : victimsFirst(devices)) {
    byClass.set(one.device.class, [...(byClass.get(one.device.class) ?? []), one])
  }
  for (const members of byClass.values()) {
    for (const [place, one] of members.entries()) {
      const names = namesFor(faults, place, members.length, one.device.isOnChange)
      plan.set(one.device, faultsOf(names, one, seed))
    }
  }
  return plan
}
