import { searchTrail, trailTable } from '../../audit/trail/search.js'
import type { TrailLog } from '../../audit/trail/trail-log.js'
import type { Clock } from '../../base/clock.js'
import type { HealthCheck, StoreStatus } from '../../base/wire.js'
import { CATALOGUE } from '../../kpi/catalogue.js'
import { partitionOf } from '../../nats/partition.js'
import type { QuarantinePage, ViewSources } from '../../views/sources.js'
import type { Asking } from '../ask/asking.js'
import type { ResultsBook } from '../results/book.js'
import { auditByAsking } from './audit.js'
import type { ViewerHistory } from './history.js'
import { totalAccounting, totalDisk, totalMeasures, totalStores } from './totals.js'

export interface ViewerParts {
  readonly clock: Clock
  readonly gate: ViewSources['gate']
  /** Trail of this viewer: who signed in here, and what they asked for. */
  readonly trail: Pick<TrailLog, 'dir' | 'note'>
  readonly version: ViewSources['version']
  readonly mqtt: ViewSources['mqtt']
  readonly partitions: number
  readonly book: ResultsBook
  readonly asking: Asking
  readonly history: ViewerHistory
  /** Health of the viewer itself. */
  readonly health: () => readonly HealthCheck[]
}

/**
 * Answers to the views' questions to a whole cluster: last values from the stream of results, history from InfluxDB, the rest
 * from owners.
 */
export function viewerSources(parts: ViewerParts): ViewSources {
  const { book, asking, history, trail } = parts
  const of = (plant: string) => partitionOf(plant, parts.partitions)
  const statuses = () => asking.statuses().map(({ status }) => status)
  const entryRules: ViewSources['entryRules'] = (plant) => book.rules(plant) ?? { fourEyes: false, tolerancePct: 2 }
  return {
    clock: parts.clock,
    gate: parts.gate,
    note: trail.note,
    trail: (filter, page) => searchTrail(trail.dir, filter, page),
    trailTable: (filter) => trailTable(trail.dir, filter),
    version: parts.version,
    mqtt: parts.mqtt,
    catalogue: CATALOGUE,

    hasPlant: (plant) => book.hasPlant(plant),
    plants: () => book.plants(),
    latest: (plant, filter) => book.latest(plant, filter),
    alarms: (plant, wanted, limit) => book.alarms(plant, wanted, limit),
    alarm: (plant, id) => book.alarms(plant, (alarm) => alarm.id === id, 1)[0] ?? null,
    onPoints: (listener) => book.onPoints(listener),
    onDevice: (listener) => book.onDevice(listener),
    onAlarm: (listener) => book.onAlarm(listener),

    points: (query) => history.points(query),
    readings: (query) => history.readings(query),

    device: (plant, device) => asking.ask(of(plant), 'device', plant, device),
    states: (query) => asking.ask(of(query.plant), 'states', query),
    stackHours: (query) => asking.ask(of(query.plant), 'stackHours', query),
    events: (query) => asking.ask(of(query.plant), 'events', query),
    say: (event) => asking.ask(of(event.plant), 'say', event),
    corrections: (query) => asking.ask(of(query.plant), 'corrections', query),
    restatements: (query) => asking.ask(of(query.plant), 'restatements', query),
    entryRules,
    actOnAlarm: async (act) => {
      const isDone = await asking.ask(of(act.plant), 'actOnAlarm', act)
      // The stream says it a moment later than the owner.
      const alarm = isDone ? await asking.ask(of(act.plant), 'alarm', act.plant, act.alarm) : null
      if (alarm !== null) book.acted(alarm)
      return isDone
    },
    authorityLog: (plant, ...rest) => asking.ask(of(plant), 'authorityLog', plant, ...rest),

    quarantine: (query) => quarantine(asking, of, query),
    retryQuarantine: async (id) => {
      const { partition, rest } = partIn(id)
      return partition < parts.partitions ? asking.ask(partition, 'retryQuarantine', rest) : null
    },
    dismissQuarantine: async (id, said) => {
      const { partition, rest } = partIn(id)
      if (partition >= parts.partitions) return null
      const item = await asking.ask(partition, 'dismissQuarantine', rest, said)
      return item === null ? null : { ...item, id }
    },
    dismissAllQuarantined: async (filter, said) => {
      const { plant } = filter
      const answers =
        plant === undefined
          ? await asking.askAll('dismissAllQuarantined', filter, said)
          : [await asking.ask(of(plant), 'dismissAllQuarantined', filter, said)]
      return {
        dismissed: answers.reduce((sum, { dismissed }) => sum + dismissed, 0),
        waiting: answers.reduce((sum, { waiting }) => sum + waiting, 0),
      }
    },
    accounting: async (byDevice) => {
      const [first, ...others] = await asking.askAll('accounting', byDevice)
      return totalAccounting([first!, ...others])
    },
    forgetDevices: (query) => asking.ask(of(query.plant), 'forgetDevices', query),
    prepareBackup: async () => {
      await asking.askAll('prepareBackup')
    },
    refused: (store, { before, limit }) => refused(asking, store, before, limit),
    refill: async (store, range) => {
      const all = (await asking.askAll('refill', store, range)).filter((one) => one !== null)
      return totalStores(all)[0] ?? null
    },
    testAlarmChannel: (id) => asking.ask(asking.statuses()[0]?.partition ?? 0, 'testAlarmChannel', id),
    ...auditByAsking(asking, book, of),

    health: () => [...parts.health(), ...ownerHealth(asking, book, of)],
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
function ownerHealth(asking: Asking, book: ResultsBook, of: (plant: string) => number): HealthCheck[] {
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

/** An id of a partition among those of all. */
function partIn(id: string): { readonly partition: number; readonly rest: string } {
  const [, partition = '0', rest = id] = /^(\d+)\.(.*)$/.exec(id) ?? []
  return { partition: Number(partition), rest }
}

/** Page of one plant, or of all partitions one after the other, each newest first: ids of one say nothing of those of another. */
async function quarantine(
  asking: Asking,
  of: (plant: string) => number,
  query: Parameters<ViewSources['quarantine']>[0],
): Promise<QuarantinePage> {
  const { plant, before, limit } = query
  const start = before === null ? null : partIn(before)
  const partitions = plant === undefined ? asking.partitions : [of(plant)]
  const idOf = (partition: number, id: string) => (asking.partitions.length === 1 ? id : `${partition}.${id}`)
  const pages = await Promise.all(
    partitions.map(async (partition) => {
      const page = await asking.ask(partition, 'quarantine', {
        ...query,
        before: start?.partition === partition ? start.rest : null,
      })
      const isBehind = start === null || partition >= start.partition
      return { ...page, items: isBehind ? page.items.map((item) => ({ ...item, id: idOf(partition, item.id) })) : [] }
    }),
  )
  const total = (all: readonly QuarantinePage['counts'][]) => {
    const sums: Record<string, number> = {}
    for (const one of all) for (const [reason, n] of Object.entries(one)) sums[reason] = (sums[reason] ?? 0) + n
    return sums as QuarantinePage['counts']
  }
  return {
    items: pages.flatMap(({ items }) => items).slice(0, limit),
    counts: total(pages.map(({ counts }) => counts)),
    waiting: total(pages.map(({ waiting }) => waiting)),
    // Owners of a version before do not tell it while a cluster is upgraded.
    dismissed: total(pages.map(({ dismissed }: Partial<QuarantinePage>) => dismissed ?? {})),
  }
}

/** Numbers of partitions are interleaved, so that one number is a place in all of them. */
async function refused(asking: Asking, store: string, before: number | null, limit: number) {
  const count = asking.partitions.length
  const pages = await Promise.all(
    asking.partitions.map(async (partition) => {
      const ownBefore = before === null ? null : Math.ceil((before - partition) / count)
      const page = await asking.ask(partition, 'refused', store, { before: ownBefore, limit })
      return page?.map(({ number, item }) => ({ number: number * count + partition, item })) ?? null
    }),
  )
  if (pages.every((page) => page === null)) return null
  return pages
    .flatMap((page) => page ?? [])
    .sort((a, b) => b.number - a.number)
    .slice(0, limit)
}
