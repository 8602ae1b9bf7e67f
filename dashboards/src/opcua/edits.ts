import { groupedBy } from '../../../src/base/grouped-by.js'
import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import { listOf, plantsIn } from '../configuration/settings-tree.js'

/** Edits that put picked variables of a server into the configuration. */

/** A variable that somebody has picked, and what they say that it is. */
export interface PickedNode {
  readonly node: string
  readonly path: string
  readonly device: string
  readonly metric: string
  /** null where the metric says it. */
  readonly class: string | null
  /** '' for that of the metric. */
  readonly unit: string
  /** '' for every change. */
  readonly deadband: string
}

/** Server and place that picks are for. */
export interface PickPlace {
  readonly server: string
  readonly endpoint: string
  readonly security_mode: string
  readonly security_policy: string
  readonly username: string
  readonly plant: string
  readonly line: string
}

interface ServerSetting {
  readonly id: string
  readonly endpoint?: string
  readonly devices?: readonly { readonly plant?: string; readonly device?: string }[]
}

/** Servers of the settings; a file with mistakes may say anything. */
export function serversIn(settings: unknown): readonly ServerSetting[] {
  const opcua = (settings as { readonly opcua?: { readonly servers?: unknown } } | null)?.opcua
  return listOf<ServerSetting>(opcua?.servers)
}

/** The id of the server that has this address, else one that is free. */
export function serverIdFor(settings: unknown, endpoint: string): string {
  const servers = serversIn(settings)
  const known = servers.find((one) => one.endpoint === endpoint)
  if (known !== undefined) return known.id
  let n = 1
  while (servers.some(({ id }) => id === `server-${n}`)) n++
  return `server-${n}`
}

/** Devices that the plant has not are added to it: servers report changes alone, so they hold their state. */
export function pickEdits(settings: unknown, place: PickPlace, picks: readonly PickedNode[]): readonly ConfigEdit[] {
  const { server: id, plant, line } = place
  const byDevice = groupedBy(picks, ({ device }) => device)
  const known = plantsIn(settings).find((one) => one.id === plant)?.devices ?? []
  const added = [...byDevice.keys()]
    .filter((device) => !known.some((one) => one.id === device))
    .map((device): ConfigEdit => {
      return { op: 'add', path: ['plants', plant, 'devices'], value: { id: device, line, on_change: true } }
    })
  const server = serversIn(settings).find((one) => one.id === id)
  if (server === undefined) {
    const devices = [...byDevice].map(([device, some]) => ({ plant, line, device, nodes: some.map(nodeOf) }))
    const value = { id, ...connectionOf(place), devices }
    return [...added, { op: 'add', path: ['opcua', 'servers'], value }]
  }
  const there = server.devices ?? []
  const list = ['opcua', 'servers', id, 'devices']
  const nodes = [...byDevice].flatMap(([device, some]): ConfigEdit[] => {
    const at = there.findIndex((one) => one.plant === plant && one.device === device)
    if (at === -1) return [{ op: 'add', path: list, value: { plant, line, device, nodes: some.map(nodeOf) } }]
    return some.map((pick) => ({ op: 'add', path: [...list, at, 'nodes'], value: nodeOf(pick) }))
  })
  return [...added, ...nodes]
}

/** Settings that are as they are by default are not written. */
function connectionOf({ endpoint, security_mode, security_policy, username }: PickPlace): object {
  return {
    endpoint,
    ...(security_mode === 'sign_and_encrypt' ? {} : { security_mode }),
    ...(security_mode === 'none' || security_policy === 'Basic256Sha256' ? {} : { security_policy }),
    ...(username === '' ? {} : { username }),
  }
}

/** A number that is none goes as it was typed, so that the rule speaks. */
function nodeOf({ node, metric, class: kind, unit, deadband }: PickedNode): object {
  const number = Number(deadband)
  return {
    node,
    metric,
    ...(kind === null ? {} : { class: kind }),
    ...(unit === '' ? {} : { unit }),
    ...(deadband === '' ? {} : { deadband: Number.isNaN(number) ? deadband : number }),
  }
}
