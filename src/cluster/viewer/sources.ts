import type { AuditLog } from '../../audit/log/audit-log.js'
import { auditTable, searchAuditLog } from '../../audit/log/search.js'
import type { Clock } from '../../base/clock.js'
import type { HealthCheck, StoreStatus } from '../../base/wire.js'
import { CATALOGUE } from '../../kpi/catalogue.js'
import { LISTS_NOT_HERE } from '../../views/access-ask.js'
import { ProblemError } from '../../views/problem.js'
import type { ViewSources } from '../../views/views.js'
import type { ConfigRefusal } from '../../views/wire/configuration.js'
import type { OwnerClient } from '../request/owner-client.js'
import { placesOf } from '../request/places.js'
import { remoteSources } from '../request/remote.js'
import type { ResultsRegistry } from '../results/registry.js'
import { auditByRequest } from './audit.js'
import type { ViewerHistory } from './history.js'
import { severalSources } from './several.js'
import { totalDisk, totalMeasures, totalStores } from './totals.js'

/** Processes of a cluster have a file each. */
const NOT_HERE: ConfigRefusal = {
  refused: 409,
  detail: 'In a cluster each process has a configuration file of its own: change them where they are, all alike.',
}

function originalsElsewhere(): ProblemError {
  return new ProblemError(
    409,
    'In a cluster the owner of a plant keeps its originals: greengauge original add on that machine takes them.',
  )
}

export interface ViewerDeps {
  readonly clock: Clock
  readonly gate: ViewSources['gate']
  /** Trail of this viewer: who signed in here, and what they asked for. */
  readonly auditLog: Pick<AuditLog, 'dir' | 'note'>
  readonly version: ViewSources['version']
  readonly mqtt: ViewSources['mqtt']
  readonly partitions: number
  readonly registry: ResultsRegistry
  readonly owners: OwnerClient
  readonly history: ViewerHistory
  /** Health of the viewer itself. */
  readonly health: () => readonly HealthCheck[]
}

/**
 * Answers to the views' questions to a whole cluster: last values from the stream of results, history from InfluxDB, the rest
 * from owners.
 */
export function viewerSources(deps: ViewerDeps): ViewSources {
  const { registry, owners, history, auditLog } = deps
  const places = placesOf(owners, deps.partitions)
  const remote = remoteSources(owners, places)
  const statuses = () => owners.statuses().map(({ status }) => status)
  return {
    ...remote,
    clock: deps.clock,
    gate: deps.gate,
    note: auditLog.note,
    auditLog: (filter, page) => searchAuditLog(auditLog.dir, filter, page),
    auditLogTable: (filter) => auditTable(auditLog.dir, filter),
    version: deps.version,
    mqtt: deps.mqtt,
    mqttCertificate: () => null,
    catalogue: CATALOGUE,

    hasPlant: (plant) => registry.hasPlant(plant),
    plants: () => registry.plants(),
    latest: (plant, filter) => registry.latest(plant, filter),
    watch: async () => {},
    entryRules: (plant) => registry.rules(plant) ?? { fourEyes: false, tolerancePct: 2 },
    alarms: (plant, wanted, limit) => registry.alarms(plant, wanted, limit),
    alarm: (plant, id) => registry.alarms(plant, (alarm) => alarm.id === id, 1)[0] ?? null,
    onPoints: (listener) => registry.onPoints(listener),
    onDevice: (listener) => registry.onDevice(listener),
    onAlarm: (listener) => registry.onAlarm(listener),
    // Owners tell viewers no forecasts: pages ask for them.
    onForecast: () => () => {},
    onReport: (listener) => registry.onReport(listener),

    points: (query) => history.points(query),
    readings: (query) => history.readings(query),

    actOnAlarm: async (act) => {
      const isDone = await remote.actOnAlarm(act)
      // The stream says it a moment later than the owner.
      const alarm = isDone ? await remote.alarm(act.plant, act.alarm) : null
      if (alarm !== null) registry.acted(alarm)
      return isDone
    },
    keepOriginal: () => Promise.reject(originalsElsewhere()),
    original: () => Promise.reject(originalsElsewhere()),
    configuration: async () => NOT_HERE,
    access: async () => LISTS_NOT_HERE,
    changeConfiguration: async () => NOT_HERE,
    // Devices prove themselves to the servers of NATS.
    refusedClients: () => [],
    tryStore: async () => NOT_HERE,
    opcua: () => NOT_HERE,
    trustOpcua: () => NOT_HERE,
    opcuaEndpoints: async () => NOT_HERE,
    browseOpcua: async () => NOT_HERE,
    ...auditByRequest(owners, places, remote, registry),
    ...severalSources(owners, places, deps.partitions),

    health: () => [...deps.health(), ...ownerHealth(owners, registry, places.of)],
    stores: () => totalStores(statuses().flatMap(({ stores }): readonly StoreStatus[] => stores)),
    measures: () => totalMeasures(statuses().map(({ measures }) => measures)),
    intake: () => totalMeasures(statuses().map(({ measures }) => measures)),
    disk: () => totalDisk(statuses().map(({ disk }) => disk)),
    alarmChannels: () => {
      const all = statuses().flatMap(({ channels }) => channels)
      return [...new Map(all.toReversed().map((channel) => [channel.id, channel])).values()].reverse()
    },
    authorities: () => statuses().flatMap(({ authorities }) => authorities),
  }
}

/** A partition that does not answer is stale; of the others what they say themselves, under their number. */
function ownerHealth(owners: OwnerClient, registry: ResultsRegistry, of: (plant: string) => number): HealthCheck[] {
  const plants = registry.plants().map(({ id }) => id)
  const silent = owners.partitions.flatMap((partition) => {
    const sinceMs = owners.silentSince(partition)
    if (sinceMs === null) return []
    const there = plants.filter((id) => of(id) === partition)
    const which = there.length === 0 ? 'no plant of it is known' : `stale: ${there.join(', ')}`
    const reason = `no owner has answered since ${new Date(sinceMs).toISOString()}; its plants are shown with their last values (${which})`
    return [{ name: `partition ${partition}`, ok: false, reason }]
  })
  const told = owners.statuses().flatMap(({ partition, status }) => {
    if (owners.silentSince(partition) !== null) return []
    return status.health.map((check) => ({ ...check, name: `partition ${partition}: ${check.name}` }))
  })
  return [...silent, ...told]
}
