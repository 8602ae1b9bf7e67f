import { dayInZone } from '../../base/days-in-zone.js'
import type { DeviceRole, PlantOptions } from '../../base/plant.js'
import type { Addition } from '../../views/adoption-text.js'
import type { Adoption, AdoptRequest } from '../../views/routes/adopt.js'
import type { AdoptRefusal, UnknownDevice } from '../../views/wire/unknown-devices.js'

type Plant = Pick<PlantOptions, 'id' | 'timezone' | 'lines' | 'devices'>

/**
 * Makes additions to the configuration of what is to be adopted: devices as they are proposed, but for what the request says, lines
 * that are not there yet, and profiles in use for topics.
 *
 * @param find the proposal of a device; null when nobody of this name sends, or it is configured or registered
 */
export async function adoptionOf(
  { devices, topics, with_past = false }: AdoptRequest,
  plants: readonly Plant[],
  find: (plant: string, device: string) => Promise<UnknownDevice | null>,
): Promise<Adoption> {
  const additions: Addition[] = []
  const refused: AdoptRefusal[] = []
  const lines = new Set(plants.flatMap(({ id, lines }) => lines.map((line) => `${id}/${line.id}`)))
  const addLine = (plant: string, line: string): void => {
    if (lines.has(`${plant}/${line}`)) return
    lines.add(`${plant}/${line}`)
    additions.push({ op: 'add', path: ['plants', plant, 'lines'], value: { id: line } })
  }
  const mains = mainsOf(devices, plants)
  const taken = new Set(plants.flatMap(({ id, devices }) => devices.map((device) => `${id}/${device.id}`)))
  let adopted = 0
  for (const wanted of devices) {
    const { plant, device } = wanted
    const named = `${plant}/${device}`
    const zone = plants.find(({ id }) => id === plant)?.timezone
    const isPlant = zone !== undefined
    const found = isPlant && !taken.has(named) ? await find(plant, device) : null
    if (found === null) {
      refused.push({
        plant,
        device,
        reason: !isPlant ? 'plant_not_there' : taken.has(named) ? 'configured' : 'unknown',
      })
      continue
    }
    taken.add(named)
    adopted++
    const line = wanted.line ?? found.proposal.line.value ?? found.line
    addLine(plant, line)
    const holdsFrom = with_past && found.since !== null ? dayInZone(zone!, Date.parse(found.since)) : null
    const value = entryOf(found, { ...wanted, line, parent: parentFor(wanted, found, mains), holdsFrom })
    additions.push({ op: 'add', path: ['plants', plant, 'devices'], value })
  }
  for (const { profile, plant, line, prefix } of topics) {
    if (!plants.some(({ id }) => id === plant)) {
      refused.push({ plant, device: profile, reason: 'plant_not_there' })
      continue
    }
    adopted++
    addLine(plant, line)
    const value = { profile, plant, line, ...(prefix === undefined ? {} : { prefix }) }
    additions.push({ op: 'add', path: ['profiles', 'use'], value })
  }
  return { additions, adopted, refused }
}

type WantedDevice = AdoptRequest['devices'][number]

/** Main meters, as `plant/device`: those of the configuration, and those that are adopted as one or as they are proposed. */
function mainsOf(wanted: readonly WantedDevice[], plants: readonly Plant[]): ReadonlySet<string> {
  const there = plants.flatMap(({ id, devices }) =>
    devices.filter(({ role }) => role === 'main').map((device) => `${id}/${device.id}`),
  )
  const added = wanted.filter(({ role }) => role === undefined || role === 'main')
  return new Set([...there, ...added.map(({ plant, device }) => `${plant}/${device}`)])
}

/** The meter that a device is put behind: the one that is named, else the proposed one, as long as that is a main meter afterwards. */
function parentFor(
  { plant, role, parent }: WantedDevice,
  { proposal }: UnknownDevice,
  mains: ReadonlySet<string>,
): string | null {
  if (parent !== undefined) return parent
  const proposed = proposal.parent.value
  return (role === undefined || role === 'sub') && mains.has(`${plant}/${proposed}`) ? proposed : null
}

interface Chosen {
  readonly line: string
  /** null: none, whatever is proposed. */
  readonly role?: DeviceRole | null | undefined
  readonly parent: string | null
  readonly period_s?: Readonly<Record<string, number>> | undefined
  /** Day; null: from the change of the configuration on. */
  readonly holdsFrom: string | null
}

/** The entry under `devices` of the plant. Metrics without a known period are not named: they count all the same. */
function entryOf(
  found: UnknownDevice,
  { line, role, parent, period_s = {}, holdsFrom }: Chosen,
): Readonly<Record<string, unknown>> {
  const as = role === undefined ? found.proposal.role.value : role
  const metrics = found.metrics.flatMap((one): [string, object][] => {
    const period = period_s[one.metric] ?? (one.taken_as.value === null ? null : one.period_s.value)
    return period === null ? [] : [[one.metric, { period_s: period }]]
  })
  return {
    id: found.device,
    line,
    ...(as === null ? {} : { role: as }),
    ...(parent === null ? {} : { parent }),
    ...(holdsFrom === null ? {} : { holds_from: holdsFrom }),
    ...(metrics.length === 0 ? {} : { metrics: Object.fromEntries(metrics) }),
  }
}
