import type { AuditLog } from '../../audit/log/audit-log.js'
import { auditTable, searchAuditLog } from '../../audit/log/search.js'
import type { Clock } from '../../base/clock.js'
import type { HealthCheck, StoreStatus } from '../../base/wire.js'
import { CATALOGUE } from '../../kpi/catalogue.js'
import type { ViewSources } from '../../views/views.js'
import { placesOf } from '../ask/places.js'
import { remoteSources } from '../ask/remote.js'
import type { OwnerClient } from '../request/owner-client.js'
import type { ResultsRegistry } from '../results/registry.js'
import { auditByRequest } from './audit.js'
import type { ViewerHistory } from './history.js'
import { severalSources } from './several.js'
import { totalDisk, totalMeasures, totalStores } from './totals.js'

export interface ViewerDeps {
  readonly clock: Clock
  readonly gate: ViewSources['gate']
  /** Trail of this viewer: who signed in here, and what they asked for. */
  readonly trail: Pick<AuditLog, 'dir' | 'note'>
  readonly version: ViewSources['version']
  readonly mqtt: ViewSources['mqtt']
  readonly partitions: number
  readonly book: ResultsRegistry
  readonly asking: OwnerClient
  readonly history: ViewerHistory
  /** Health of the viewer itself. */
  readonly health: () => readonly HealthCheck[]
}

/**
 * Answers to the views' questions to a whole cluster: last values from the stream of results, history from InfluxDB, the rest
 * from owners.
 */
export function viewerSources(parts: ViewerDeps): ViewSources {
  const { book, asking, history, trail } = parts
  const places = placesOf(asking, parts.partitions)
  const remote = remoteSources(asking, places)
  const statuses = () => asking.statuses().map(({ status }) => status)
  return {
    ...remote,
    clock: parts.clock,
    gate: parts.gate,
    note: trail.note,
    trail: (filter, page) => searchAuditLog(trail.dir, filter, page),
    trailTable: (filter) => auditTable(trail.dir, filter),
    version: parts.version,
    mqtt: parts.mqtt,
    catalogue: CATALOGUE,

    hasPlant: (plant) => book.hasPlant(plant),
    plants: () => book.plants(),
    latest: (plant, filter) => book.latest(plant, filter),
    entryRules: (plant) => book.rules(plant) ?? { fourEyes: false, tolerancePct: 2 },
    alarms: (plant, wanted, limit) => book.alarms(plant, wanted, limit),
    alarm: (plant, id) => book.alarms(plant, (alarm) => alarm.id === id, 1)[0] ?? null,
    onPoints: (listener) => book.onPoints(listener),
    onDevice: (listener) => book.onDevice(listener),
    onAlarm: (listener) => book.onAlarm(listener),
    onReport: (listener) => book.onReport(listener),

    points: (query) => history.points(query),
    readings: (query) => history.readings(query),

    actOnAlarm: async (act) => {
      const isDone = await remote.actOnAlarm(act)
      // The stream says it a moment later than the owner.
      const alarm = isDone ? await remote.alarm(act.plant, act.alarm) : null
      if (alarm !== null) book.acted(alarm)
      return isDone
    },
    ...auditByRequest(asking, places, remote, book),
    ...severalSources(asking, places, parts.partitions),

    health: () => [...parts.health(), ...ownerHealth(asking, book, places.of)],
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
function ownerHealth(asking: OwnerClient, book: ResultsRegistry, of: (plant: string) => number): HealthCheck[] {
  const plants = book.plants().map(({ id }) => id)
  const silent = asking.partitions.flatMap((partition) => {
    const sinceMs = asking.silentSince(partition)
    if (sinceMs === null) return []
    const there = plants.filter((id) => of(id) === partition)
    const which = there.length === 0 ? 'no plant of it is known' : `stale: ${there.join(', ')}`
    const reason = `no owner has answered since ${new Date(sinceMs).toISOString()}; its plants are shown with their last values (${which})`
    return [{ name: `partition ${partition}`, ok: false, reason }]
  })
  const told = asking.statuses().flatMap(({ partition, status }) => {
    if (asking.silentSince(partition) !== null) return []
    return status.health.map((check) => ({ ...check, name: `partition ${partition}: ${check.name}` }))
  })
  return [...silent, ...told]
}
