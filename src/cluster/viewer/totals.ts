import type { Accounting, IgnoredMessages, StoreAccounting, StoreStatus } from '../../base/wire.js'
import type { DiskMeasures, Histogram, Measures } from '../../views/sources/measures.js'

/** Totals of what several owners say of themselves. */

type Counts = Readonly<Record<string, number>>

/** Sum of histograms with the same bounds; of none one without bounds. */
function histogram(all: readonly Histogram[]): Histogram {
  const known = all.filter(({ bucketsSeconds }) => bucketsSeconds.length > 0)
  const bucketsSeconds = known[0]?.bucketsSeconds ?? []
  return {
    bucketsSeconds,
    counts: bucketsSeconds.map((_, i) => sum(known, ({ counts }) => counts[i] ?? 0)),
    sum: sum(known, (one) => one.sum),
    count: sum(known, ({ count }) => count),
  }
}

function counts<T extends Counts>(all: readonly T[]): T {
  const total: Record<string, number> = {}
  for (const one of all) for (const [key, count] of Object.entries(one)) total[key] = (total[key] ?? 0) + count
  return total as T
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0)
}

function oldest(all: readonly (number | null)[]): number | null {
  const known = all.filter((ms) => ms !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const one of all) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return [...groups.values()]
}

const NO_NAMES = { used: 0, max: 0 }

/** Measures that a viewer shows before the first owner has answered. */
const NOTHING: Measures = {
  messagesReceived: 0,
  messagesByDoor: { mqtt: 0, broker: 0, hj212: 0, modbus: 0, opcua: 0 },
  bytesReceived: 0,
  journalRecords: 0,
  ack: histogram([]),
  rejected: {} as Measures['rejected'],
  readingsByClass: {} as Measures['readingsByClass'],
  readingsDuplicate: 0,
  readingsLate: 0,
  valuesLeftOut: {},
  ignored: [],
  names: { plants: NO_NAMES, devices: NO_NAMES, series: NO_NAMES },
  journalBytes: 0,
  journalOldestMs: null,
  pipelineLagMs: 0,
  pipelineLiveLagMs: 0,
  stores: [],
  brokers: [],
  mqttClients: 0,
  mqttLimited: {},
  hj212: { connections: 0, frames: {}, dropped: {} },
  modbusPolls: [],
  opcua: [],
  intakeStalls: histogram([]),
  restatements: 0,
  alarms: [],
  alarmChannels: [],
  authorities: [],
  forecasts: { series: 0, issued: {}, failed: 0, processorSeconds: 0, threads: 0 },
  forward: null,
}

/** Owners of a version before do not tell it while a cluster is upgraded. */
function liveLagMs({ pipelineLiveLagMs, pipelineLagMs }: Partial<Measures>): number {
  return pipelineLiveLagMs ?? pipelineLagMs ?? 0
}

function namesOf(all: readonly (typeof NO_NAMES)[]): typeof NO_NAMES {
  return { used: sum(all, ({ used }) => used), max: sum(all, ({ max }) => max) }
}

function totalForecasts(told: readonly (Measures['forecasts'] | undefined)[]): Measures['forecasts'] {
  // Owners of a version before do not tell it while a cluster is upgraded.
  const all = told.filter((one) => one !== undefined)
  return {
    series: sum(all, ({ series }) => series),
    issued: counts(all.map(({ issued }) => issued)),
    failed: sum(all, ({ failed }) => failed),
    processorSeconds: sum(all, ({ processorSeconds }) => processorSeconds),
    threads: sum(all, ({ threads }) => threads),
  }
}

export function totalMeasures(all: readonly Measures[]): Measures {
  if (all.length <= 1) return all[0] ?? NOTHING
  return {
    messagesReceived: sum(all, (one) => one.messagesReceived),
    messagesByDoor: counts(all.map((one) => one.messagesByDoor)),
    bytesReceived: sum(all, (one) => one.bytesReceived),
    journalRecords: sum(all, (one) => one.journalRecords),
    ack: histogram(all.map((one) => one.ack)),
    rejected: counts(all.map((one) => one.rejected)),
    readingsByClass: counts(all.map((one) => one.readingsByClass)),
    readingsDuplicate: sum(all, (one) => one.readingsDuplicate),
    readingsLate: sum(all, (one) => one.readingsLate),
    valuesLeftOut: counts(all.map((one) => one.valuesLeftOut)),
    ignored: totalIgnored(all.map((one) => one.ignored)),
    names: {
      plants: namesOf(all.map(({ names }) => names.plants)),
      devices: namesOf(all.map(({ names }) => names.devices)),
      series: namesOf(all.map(({ names }) => names.series)),
    },
    journalBytes: sum(all, (one) => one.journalBytes),
    journalOldestMs: oldest(all.map((one) => one.journalOldestMs)),
    pipelineLagMs: Math.max(...all.map((one) => one.pipelineLagMs)),
    pipelineLiveLagMs: Math.max(...all.map(liveLagMs)),
    stores: grouped(
      all.flatMap(({ stores }) => stores),
      ({ name }) => name,
    ).map((same) => ({
      name: same[0].name,
      pending: sum(same, ({ pending }) => pending),
      writes: counts(same.map(({ writes }) => writes)),
      writeSeconds: histogram(same.map(({ writeSeconds }) => writeSeconds)),
    })),
    brokers: all.flatMap(({ brokers }) => brokers),
    mqttClients: sum(all, (one) => one.mqttClients),
    mqttLimited: counts(all.map((one) => one.mqttLimited)),
    hj212: {
      connections: sum(all, ({ hj212 }) => hj212.connections),
      frames: counts(all.map(({ hj212 }) => hj212.frames)),
      dropped: counts(all.map(({ hj212 }) => hj212.dropped)),
    },
    modbusPolls: all.flatMap(({ modbusPolls }) => modbusPolls),
    // Owners of a version before do not tell them while a cluster is upgraded.
    opcua: all.flatMap(({ opcua = [] }) => opcua),
    intakeStalls: histogram(all.map((one) => one.intakeStalls)),
    restatements: sum(all, (one) => one.restatements),
    alarms: all.flatMap(({ alarms }) => alarms),
    alarmChannels: grouped(
      all.flatMap(({ alarmChannels }) => alarmChannels),
      ({ id }) => id,
    ).map((same) => ({
      id: same[0].id,
      pending: sum(same, ({ pending }) => pending),
      dropped: sum(same, ({ dropped }) => dropped),
      messages: counts(same.map(({ messages }) => messages)),
    })),
    authorities: all.flatMap(({ authorities }) => authorities),
    forecasts: totalForecasts(all.map(({ forecasts }) => forecasts)),
    // Nodes of a cluster pass nothing on.
    forward: null,
  }
}

export function totalDisk(all: readonly DiskMeasures[]): DiskMeasures {
  return {
    journalBytesMax: sum(all, ({ journalBytesMax }) => journalBytesMax),
    archiveBytes: sum(all, ({ archiveBytes }) => archiveBytes),
    archiveOldestMs: oldest(all.map(({ archiveOldestMs }) => archiveOldestMs)),
  }
}

const STATES = ['waiting', 'behind', 'current'] as const

/** One a store, as bad as the worst. */
export function totalStores(all: readonly StoreStatus[]): readonly StoreStatus[] {
  return grouped(all, ({ name }) => name).map((same) => {
    const worst = STATES.flatMap((state) => same.filter((one) => one.state === state))[0] ?? same[0]
    const refills = same.flatMap(({ refill }) => (refill === null ? [] : [refill]))
    return {
      ...worst,
      pending: {
        readings: sum(same, ({ pending }) => pending.readings),
        kpis: sum(same, ({ pending }) => pending.kpis),
        provisional: sum(same, ({ pending }) => pending.provisional ?? 0),
      },
      refused: counts(same.map(({ refused }) => refused)),
      refill:
        refills.length === 0
          ? null
          : {
              from: refills.map(({ from }) => from).sort()[0]!,
              to: refills
                .map(({ to }) => to)
                .sort()
                .at(-1)!,
              readings: sum(refills, ({ readings }) => readings),
              kpis: sum(refills, ({ kpis }) => kpis),
              done: refills.every(({ done }) => done),
            },
    }
  })
}

/** An owner of before does not count them. */
function totalIgnored(all: readonly (readonly IgnoredMessages[] | undefined)[]): readonly IgnoredMessages[] {
  const same = grouped(
    all.flatMap((one) => one ?? []),
    ({ profile, rule }) => `${profile} ${rule}`,
  )
  return same
    .map((ones) => ({ ...ones[0], messages: sum(ones, ({ messages }) => messages) }))
    .toSorted((a, b) => b.messages - a.messages)
}

export function totalAccounting(all: readonly [Accounting, ...Accounting[]]): Accounting {
  const stores: Record<string, StoreAccounting> = {}
  for (const one of all) {
    for (const [name, { readings, kpis }] of Object.entries(one.stores)) {
      const before = stores[name]
      stores[name] = {
        readings: before === undefined ? readings : counts([before.readings, readings]),
        kpis: before === undefined ? kpis : counts([before.kpis, kpis]),
      }
    }
  }
  const devices = all.flatMap((one) => one.devices ?? [])
  return {
    messages: counts(all.map(({ messages }) => messages)),
    readings: counts(all.map(({ readings }) => readings)),
    elements_rejected: sum(all, (one) => one.elements_rejected),
    ignored: totalIgnored(all.map((one) => one.ignored)),
    stores,
    closes: all.every(({ closes }) => closes),
    ...(all[0].devices === undefined ? {} : { devices }),
  }
}
