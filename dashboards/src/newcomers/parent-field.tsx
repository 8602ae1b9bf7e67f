import type { UnknownDevice } from '../../../src/views/wire/unknown-devices.js'
import { words } from '../settings.js'
import { plantList } from '../state.js'
import { type Choice, deviceKey } from './requests.js'

interface ParentFieldProps {
  readonly device: UnknownDevice
  readonly choice: Choice
  /** Ids of meters of the same plant, new ones too. */
  readonly meters: readonly string[]
  readonly onChange: (parent: string | null) => void
}

/** The meter right before a submeter, by which the plant gets its tree of meters. */
export function ParentField({ device, choice, meters, onChange }: ParentFieldProps) {
  const w = words().newcomers
  const value = choice.parent === undefined ? device.proposal.parent.value : choice.parent
  const ids = new Set([...(value === null ? [] : [value]), ...meters])
  ids.delete(device.device)
  return (
    <label class="newcomer-field newcomer-parent">
      <span>{w.parent}</span>
      <select
        class="input"
        name="parent"
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      >
        <option value="">{w.noParent}</option>
        {[...ids].map((id) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Role that a device is adopted with; null for none. */
export function chosenRole({ proposal }: UnknownDevice, { role }: Choice): string | null {
  return role === undefined ? proposal.role.value : role
}

const METERS: ReadonlySet<string | null> = new Set(['main', 'sub'])

/** Main meters and submeters by plant, those of the configuration before new ones. */
export function metersByPlant(
  items: readonly UnknownDevice[],
  choices: ReadonlyMap<string, Choice>,
): ReadonlyMap<string, readonly string[]> {
  const there = plantList.value.flatMap((plant) => {
    const devices = plant.lines.flatMap((line) => line.devices)
    return devices.filter(({ role }) => METERS.has(role)).map(({ id }) => ({ plant: plant.id, id }))
  })
  const fresh = items
    .filter((one) => METERS.has(chosenRole(one, choices.get(deviceKey(one)) ?? {})))
    .map(({ plant, device }) => ({ plant, id: device }))
  const byPlant = new Map<string, string[]>()
  for (const { plant, id } of [...there, ...fresh]) byPlant.set(plant, [...(byPlant.get(plant) ?? []), id])
  return byPlant
}
