import type { PlantNode } from '../base/wire.js'
import type { Engine } from '../kpi/engine.js'
import type { StatesQuery } from '../views/routes/states.js'
import type { DeviceStates } from '../views/wire/states.js'

/** States of machines over time, in the shapes of the API. What is yet to come has no state. */
export async function deviceStates(
  engine: Pick<Engine, 'states' | 'nowMs'>,
  plant: PlantNode | undefined,
  { device, fromMs, toMs, devicesMax, segmentsMax }: StatesQuery,
): Promise<DeviceStates[]> {
  if (plant === undefined) return []
  const range = { fromMs, toMs: Math.min(toMs, Math.max(fromMs, engine.nowMs)) }
  const told = engine.states.devices(plant.id)
  const found: DeviceStates[] = []
  for (const line of plant.lines) {
    for (const { id } of line.devices) {
      if (!told.has(id) || (device !== null && id !== device) || found.length === devicesMax) continue
      const history = await engine.states.of(plant.id, id, range, segmentsMax)
      if (history === null) continue
      const segments = history.spans.map(({ fromMs, toMs, state }) => ({
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        state,
      }))
      found.push({ device: id, line: line.id, segments, truncated: history.isTruncated })
    }
  }
  return found
}
