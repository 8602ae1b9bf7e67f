import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { ProblemError } from '../../views/problem.js'
import type { ViewSources } from '../../views/views.js'

/** Questions that viewers ask of the owners of partitions. Everything else they know themselves, or nobody may ask. */

/** Partitions by what is asked. Methods throw the 409 when there is no single one. */
export interface PartitionChoice {
  of(plant: string): number
  /** The partition in which all of these plants are. */
  ofAll(plants: readonly string[]): number
  /** The only partition there is, as each has a ledger and a key of its own. */
  only(): number
  /** A partition whose owner answers. */
  any(): number
}

/** Answers that the owner of one partition gives, and which it is. */
type Questions = {
  readonly [M in keyof ViewSources]?: (places: PartitionChoice, ...args: ArgsIn<ViewSources[M]>) => number
}
type ArgsIn<F> = F extends (...args: infer A) => unknown ? A : never

const ofPlant = (places: PartitionChoice, plant: string) => places.of(plant)
const ofQuery = (places: PartitionChoice, { plant }: { readonly plant: string }) => places.of(plant)
const ofPlants = (places: PartitionChoice, { plants }: { readonly plants: readonly string[] }) => places.ofAll(plants)

/** Questions to one owner, answered as they are: their arguments and answers are JSON. A new one is a line here. */
export const ONE_OWNER = {
  device: ofPlant,
  points: ofQuery,
  readings: ofQuery,
  states: ofQuery,
  stackHours: ofQuery,
  events: ofQuery,
  say: ofQuery,
  corrections: ofQuery,
  restatements: ofQuery,
  forgetDevices: ofQuery,
  forgetMetrics: ofQuery,
  removals: ofPlant,
  alarm: ofPlant,
  actOnAlarm: ofQuery,
  authorityLog: ofPlant,
  submitAudit: (places, wish) => {
    if (wish.what === 'ledger_check') return places.only()
    return places.ofAll('item' in wish ? wish.item.plants : wish.request.plants)
  },
  verifyReport: ofPlants,
  removeReport: ofPlants,
  lineage: ofPlants,
  ledger: (places) => places.only(),
  forecasts: ofQuery,
  forecastRecords: ofQuery,
  savingClaims: ofPlant,
  projections: ofPlant,
  controlPlan: ofPlant,
  keptOriginals: ofQuery,
  loadPlan: ofPlant,
  projectionRecords: ofQuery,
  anomalies: ofQuery,
  anomaly: ofPlant,
  decideAnomaly: ofQuery,
  testAlarmChannel: (places) => places.any(),
} as const satisfies Questions
export type OneOwnerMethod = keyof typeof ONE_OWNER

/** Questions to several owners, or to one that an id names: viewers make one answer of theirs. */
const SEVERAL_OWNERS = [
  'unknownDevices',
  'ignoreUnknown',
  'adoption',
  'quarantine',
  'retryQuarantine',
  'dismissQuarantine',
  'dismissAllQuarantined',
  'accounting',
  'prepareBackup',
  'refused',
  'refill',
  'auditJobs',
  'auditJob',
  'certificateStatements',
] as const satisfies readonly (keyof ViewSources)[]

const PLAIN_METHODS = [...(Object.keys(ONE_OWNER) as OneOwnerMethod[]), ...SEVERAL_OWNERS]
type PlainMethod = (typeof PLAIN_METHODS)[number]

/** Status of an owner: what pages and metrics show of all partitions together. */
export interface OwnerStatus {
  readonly health: ReturnType<ViewSources['health']>
  readonly stores: ReturnType<ViewSources['stores']>
  readonly measures: ReturnType<ViewSources['measures']>
  readonly disk: ReturnType<ViewSources['disk']>
  readonly channels: ReturnType<ViewSources['alarmChannels']>
  readonly authorities: ReturnType<ViewSources['authorities']>
}

/** A part of a file of a report, base64; `sizeBytes` is of all of it. */
export interface FilePart {
  readonly part: string
  readonly sizeBytes: number
}

/** Bytes of one part of a file. */
export const FILE_PART_BYTES = 512 * 1024
/** Larger ones are fetched where they lie. */
export const FILE_BYTES_MAX = 128 * 1024 * 1024

type FileWish = Parameters<ViewSources['reportFile']>

interface Others {
  status(): OwnerStatus
  reportPart(item: FileWish[0], wanted: FileWish[1], fromByte: number): Promise<FilePart | null>
  stampLedger(response: string): ReturnType<ViewSources['stampLedger']>
}

export type Method = PlainMethod | keyof Others
type Functions = Pick<ViewSources, PlainMethod> & Others
export type ArgsOf<M extends Method> = Parameters<Functions[M]>
export type AnswerOf<M extends Method> = Awaited<ReturnType<Functions[M]>>

/** The owner's own sources, as far as viewers ask it. */
export type AskedSources = Pick<
  ViewSources,
  | PlainMethod
  | 'health'
  | 'stores'
  | 'measures'
  | 'disk'
  | 'alarmChannels'
  | 'authorities'
  | 'reportFile'
  | 'stampLedger'
>

/** The methods that may be asked, by name. */
export function methodsOf(sources: AskedSources): ReadonlyMap<string, (...args: never[]) => unknown> {
  const others: Others = {
    status: () => ({
      health: sources.health(),
      stores: sources.stores(),
      measures: sources.measures(),
      disk: sources.disk(),
      channels: sources.alarmChannels(),
      authorities: sources.authorities(),
    }),
    reportPart: (item, wanted, fromByte) => reportPart(sources, item, wanted, fromByte),
    stampLedger: (response) => sources.stampLedger(Buffer.from(response, 'base64')),
  }
  const plain = PLAIN_METHODS.map((name) => [name, sources[name].bind(sources)] as const)
  return new Map<string, (...args: never[]) => unknown>([...plain, ...Object.entries(others)])
}

async function reportPart(
  sources: Pick<ViewSources, 'reportFile'>,
  item: FileWish[0],
  wanted: FileWish[1],
  fromByte: number,
): Promise<FilePart | null> {
  const file = await sources.reportFile(item, wanted)
  if (file === null) return null
  const bytes = 'bytes' in file ? Buffer.from(file.bytes) : await buffer(createReadStream(file.path))
  if (bytes.length > FILE_BYTES_MAX) {
    const largest = `${FILE_BYTES_MAX / 2 ** 20} MiB`
    throw new ProblemError(
      413,
      `The file has ${bytes.length} bytes, and viewers hand on at most ${largest}: ask the owner.`,
    )
  }
  const part = bytes.subarray(fromByte, fromByte + FILE_PART_BYTES).toString('base64')
  return { part, sizeBytes: bytes.length }
}
