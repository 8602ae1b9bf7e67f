import { compareText } from '../../base/text-order.js'
import type { AdoptSources } from '../../views/routes/adopt.js'
import type { BackupSources } from '../../views/routes/backups.js'
import type { GatewaySources } from '../../views/routes/gateway.js'
import type { QuarantinePage, QuarantineQuery, QuarantineSources } from '../../views/routes/quarantine.js'
import type { StoreSources } from '../../views/routes/stores.js'
import type { UnknownDeviceSources, UnknownDevicesQuery } from '../../views/routes/unknown-devices.js'
import type { RecordSources } from '../../views/sources/records.js'
import type { UnknownDevicesAnswer } from '../../views/wire/unknown-devices.js'
import type { PartitionChoice } from '../request/methods.js'
import type { OwnerClient } from '../request/owner-client.js'
import { totalAccounting, totalStores } from './totals.js'

type SeveralSources = QuarantineSources &
  Pick<AdoptSources, 'adoption'> &
  Pick<UnknownDeviceSources, 'unknownDevices' | 'ignoreUnknown'> &
  BackupSources &
  Pick<GatewaySources, 'accounting'> &
  Pick<StoreSources, 'refused' | 'refill'> &
  Pick<RecordSources, 'certificateStatements'>

/** One answer made of those of several owners. */
export function severalSources(owners: OwnerClient, places: PartitionChoice, partitions: number): SeveralSources {
  return {
    quarantine: (query) => quarantine(owners, places, query),
    retryQuarantine: async (id) => {
      const { partition, rest } = partIn(id)
      return partition < partitions ? owners.request(partition, 'retryQuarantine', rest) : null
    },
    dismissQuarantine: async (id, said) => {
      const { partition, rest } = partIn(id)
      if (partition >= partitions) return null
      const item = await owners.request(partition, 'dismissQuarantine', rest, said)
      return item === null ? null : { ...item, id }
    },
    dismissAllQuarantined: async (filter, said) => {
      const { plant } = filter
      const answers =
        plant === undefined
          ? await owners.requestAll('dismissAllQuarantined', filter, said)
          : [await owners.request(places.of(plant), 'dismissAllQuarantined', filter, said)]
      return {
        dismissed: answers.reduce((sum, { dismissed }) => sum + dismissed, 0),
        waiting: answers.reduce((sum, { waiting }) => sum + waiting, 0),
      }
    },
    unknownDevices: (query) => unknownDevices(owners, places, query),
    ignoreUnknown: async (request) => {
      // Each owner knows of its own plants; a topic that nobody reads may wait at any of them.
      await Promise.all(
        owners.partitions.map((partition) => {
          const devices = request.devices.filter(({ plant }) => places.of(plant) === partition)
          const isNamed = devices.length + request.topics.length > 0
          return isNamed ? owners.request(partition, 'ignoreUnknown', { ...request, devices }) : 0
        }),
      )
      return request.devices.length + request.topics.length
    },
    adoption: async (request) => {
      const all = await Promise.all(
        owners.partitions.map((partition) => {
          const isHere = ({ plant }: { readonly plant: string }) => places.of(plant) === partition
          const own = { devices: request.devices.filter(isHere), topics: request.topics.filter(isHere) }
          return own.devices.length + own.topics.length > 0 ? owners.request(partition, 'adoption', own) : null
        }),
      )
      const found = all.filter((one) => one !== null)
      return {
        additions: found.flatMap(({ additions }) => additions),
        adopted: found.reduce((sum, { adopted }) => sum + adopted, 0),
        refused: found.flatMap(({ refused }) => refused),
      }
    },
    accounting: async (byDevice) => {
      const [first, ...others] = await owners.requestAll('accounting', byDevice)
      return totalAccounting([first!, ...others])
    },
    prepareBackup: async () => {
      await owners.requestAll('prepareBackup')
    },
    certificateStatements: async () => (await owners.requestAll('certificateStatements')).flat(),
    refused: (store, { before, limit }) => refused(owners, store, before, limit),
    refill: async (store, range) => {
      const all = (await owners.requestAll('refill', store, range)).filter((one) => one !== null)
      return totalStores(all)[0] ?? null
    },
  }
}

/** An id of a partition among those of all. */
function partIn(id: string): { readonly partition: number; readonly rest: string } {
  const [, partition = '0', rest = id] = /^(\d+)\.(.*)$/.exec(id) ?? []
  return { partition: Number(partition), rest }
}

/** Page of one plant, or of all partitions one after the other, each newest first: ids of one say nothing of those of another. */
async function quarantine(
  owners: OwnerClient,
  places: PartitionChoice,
  query: QuarantineQuery,
): Promise<QuarantinePage> {
  const { plant, before, limit } = query
  const start = before === null ? null : partIn(before)
  const partitions = plant === undefined ? owners.partitions : [places.of(plant)]
  const idOf = (partition: number, id: string) => (owners.partitions.length === 1 ? id : `${partition}.${id}`)
  const pages = await Promise.all(
    partitions.map(async (partition) => {
      const page = await owners.request(partition, 'quarantine', {
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

/** Page of one plant, or the first of all partitions together, in the order of plant and device. */
async function unknownDevices(
  owners: OwnerClient,
  places: PartitionChoice,
  query: UnknownDevicesQuery,
): Promise<UnknownDevicesAnswer> {
  const partitions = query.plant === null ? owners.partitions : [places.of(query.plant)]
  const pages = await Promise.all(partitions.map((one) => owners.request(one, 'unknownDevices', query)))
  const keyOf = ({ plant, device }: UnknownDevicesAnswer['items'][number]) => `${plant}/${device}`
  const all = pages.flatMap(({ items }) => items).sort((a, b) => compareText(keyOf(a), keyOf(b)))
  const items = all.slice(0, query.limit)
  const isMore = all.length > items.length || pages.some(({ next }) => next !== null)
  return {
    items,
    topics: pages.flatMap(({ topics }) => topics),
    next: isMore && items.length > 0 ? keyOf(items.at(-1)!) : null,
    total: pages.reduce((sum, { total }) => sum + total, 0),
    ignored: pages.reduce((sum, { ignored }) => sum + ignored, 0),
  }
}

/** Numbers of partitions are interleaved, so that one number is a place in all of them. */
async function refused(owners: OwnerClient, store: string, before: number | null, limit: number) {
  const count = owners.partitions.length
  const pages = await Promise.all(
    owners.partitions.map(async (partition) => {
      const ownBefore = before === null ? null : Math.ceil((before - partition) / count)
      const page = await owners.request(partition, 'refused', store, { before: ownBefore, limit })
      return page?.map(({ number, item }) => ({ number: number * count + partition, item })) ?? null
    }),
  )
  if (pages.every((page) => page === null)) return null
  return pages
    .flatMap((page) => page ?? [])
    .sort((a, b) => b.number - a.number)
    .slice(0, limit)
}
