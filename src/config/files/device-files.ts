import { isDeepStrictEqual } from 'node:util'
import type { Credential } from '../../access/credentials.js'
import type { RegisteredDevice } from '../../access/registry.js'
import { digestOf, newToken } from '../../access/token.js'
import { filtersOf } from '../../intake/own-topics.js'
import { covers, overlaps } from '../../intake/topic-filter.js'
import { formatProblem } from '../problems.js'
import { withLock } from './access-file.js'
import { credentialsPath, readCredentials, writeCredentials } from './credentials-file.js'
import { readRegistry, writeRegistry } from './registry-file.js'

/** Lists that `greengauge device` and the page of access change: the registry, and what its clients prove themselves by. */
export interface DeviceFiles {
  readonly registry: readonly RegisteredDevice[]
  readonly credentials: readonly Credential[]
}

/** Throws with the problem of a file that cannot be read. */
export function readDeviceFiles(dataDir: string): DeviceFiles {
  const [devices, proofs] = [readRegistry(dataDir), readCredentials(dataDir)]
  if ('problems' in devices) throw new Error(devices.problems.map(formatProblem).join('\n'))
  if ('problems' in proofs) throw new Error(proofs.problems.map(formatProblem).join('\n'))
  return { registry: devices.devices, credentials: proofs.credentials }
}

/** Changes the files of a data directory with no other command at it; what `change` throws leaves them as they are. */
export function changeDeviceFiles(
  dataDir: string,
  change: (files: DeviceFiles) => DeviceFiles,
  patienceMs?: number,
): DeviceFiles {
  return withLock(
    credentialsPath(dataDir),
    () => {
      const before = readDeviceFiles(dataDir)
      const after = change(before)
      const isOther = (part: keyof DeviceFiles) => !isDeepStrictEqual(before[part], after[part])
      const writes = [
        () => isOther('credentials') && writeCredentials(dataDir, after.credentials),
        () => isOther('registry') && writeRegistry(dataDir, after.registry),
      ]
      // A gateway may read in between: a credential comes before the device that it protects, and goes after it.
      for (const write of after.credentials.length < before.credentials.length ? writes.reverse() : writes) write()
      return after
    },
    dataDir,
    patienceMs,
  )
}

/**
 * Gives a client a new token, which is right at once; the one before stays right for `overlapMs`.
 * @param fresh what a credential begins with that is not there yet
 */
export function withNewToken(
  credentials: readonly Credential[],
  client: string,
  { nowMs, overlapMs, fresh }: { nowMs: number; overlapMs: number; fresh?: Partial<Credential> },
): { readonly credentials: readonly Credential[]; readonly token: string } {
  const token = newToken('ggd')
  const before = credentials.find((one) => one.client === client) ?? newCredential(client, fresh)
  const endsMs = nowMs + overlapMs
  const older = before.tokens.slice(0, overlapMs > 0 ? 1 : 0).map((one) => {
    const isSooner = one.until !== null && Date.parse(one.until) < endsMs
    return isSooner ? one : { ...one, until: new Date(endsMs).toISOString() }
  })
  const newest = { sha256: digestOf(token), since: new Date(nowMs).toISOString(), until: null }
  return { token, credentials: withCredential(credentials, { ...before, tokens: [newest, ...older] }) }
}

export function newCredential(client: string, more: Partial<Credential> = {}): Credential {
  return { client, role: 'device', tokens: [], subject: null, disabled: false, ...more }
}

/** In the order of their client ids. */
export function withCredential(credentials: readonly Credential[], changed: Credential): readonly Credential[] {
  const others = credentials.filter(({ client }) => client !== changed.client)
  return [...others, changed].toSorted((a, b) => (a.client < b.client ? -1 : 1))
}

/** Without those of clients that were clients of devices and are not any more. */
export function withoutOrphans({ registry, credentials }: DeviceFiles, before: DeviceFiles['registry']): DeviceFiles {
  const clientsOf = (devices: readonly RegisteredDevice[]) => new Set(devices.map(({ client }) => client))
  const [was, is] = [clientsOf(before), clientsOf(registry)]
  const isOrphan = ({ client, role }: Credential) => role === 'device' && was.has(client) && !is.has(client)
  return { registry, credentials: credentials.filter((one) => !isOrphan(one)) }
}

/** Every device has topics of its own below it, and what is published there is taken for theirs. */
const OF_DEVICES = 'plants/#'
/** The gateway's own word to edge nodes. */
const OF_HOSTS = 'spBv1.0/STATE/#'

/** Reason why a device may not have a topic filter for itself: others would be shut out. Null when it may. */
export function claimProblem(
  device: Pick<RegisteredDevice, 'plant' | 'device'> & { readonly client?: string | undefined },
  topic: string,
  registry: readonly RegisteredDevice[],
): string | null {
  const [own = ''] = filtersOf({ ...device, topics: [] })
  if (overlaps(topic, OF_DEVICES) && !covers(own, topic)) {
    return `reaches into topics of other devices below plants/; ${own} is its own without being named`
  }
  if (overlaps(topic, OF_HOSTS)) return 'reaches into spBv1.0/STATE/, where the gateway says that it is there'
  const other = registry.find(
    (one) =>
      one.client !== undefined &&
      one.client !== device.client &&
      (one.plant !== device.plant || one.device !== device.device) &&
      filtersOf(one).some((filter) => overlaps(filter, topic)),
  )
  return other === undefined ? null : `reaches into topics of ${other.plant}/${other.line}/${other.device}`
}
