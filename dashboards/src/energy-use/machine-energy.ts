import { useSignal } from '@preact/signals'
import type { PlantNode } from '../../../src/base/wire.js'
import type { MachineEnergyAnswer } from '../../../src/views/wire/machine-energy.js'
import { type Answer, get, queryOf } from '../gateway/api.js'
import { type Asked, answerTo, useRepeated } from '../gateway/polled.js'
import { nowMs, route } from '../state.js'
import { rangeParameter, spanOfRange } from '../time/range.js'

/** Hundreds of figures are made for such an answer: it is asked for again once a minute. */
const EVERY_MS = 60_000

interface MachineEnergy {
  readonly answer: Answer<MachineEnergyAnswer>
  /** Asks at once. */
  readonly again: () => void
}

/** Energy of machines by state over the range of the page; what stands there stays while it is asked for again. */
export function useMachineEnergy(plant: PlantNode): MachineEnergy {
  const { range } = route.value
  const key = `${plant.id} ${rangeParameter(range)}`
  const kept = useSignal<Asked<MachineEnergyAnswer>>({ key, answer: { kind: 'loading' } })
  const tries = useSignal(0)
  useRepeated(
    () => async (gone) => {
      const query = new URLSearchParams({ ...queryOf(spanOfRange(range, plant.timezone, nowMs.peek())) })
      const path = `/plants/${encodeURIComponent(plant.id)}/energy/machines?${query}`
      const answer = await get<MachineEnergyAnswer>(path)
      if (gone.aborted) return
      if (answer.kind === 'loaded' || answerTo(key, kept.peek()).kind !== 'loaded') kept.value = { key, answer }
    },
    EVERY_MS,
    [key, tries.value],
  )
  return { answer: answerTo(key, kept.value), again: () => void tries.value++ }
}
