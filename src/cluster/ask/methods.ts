import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { ProblemError } from '../../views/problem.js'
import type { ViewSources } from '../../views/sources.js'

/** Methods that viewers ask of the owner of a partition. Everything else of its sources they have themselves, or nobody may ask. */

/** Answered as they are: their arguments and answers are JSON. */
export const PLAIN_METHODS = [
  'device',
  'points',
  'readings',
  'states',
  'stackHours',
  'events',
  'say',
  'corrections',
  'restatements',
  'quarantine',
  'retryQuarantine',
  'dismissQuarantine',
  'dismissAllQuarantined',
  'accounting',
  'prepareBackup',
  'forgetDevices',
  'refused',
  'refill',
  'alarm',
  'actOnAlarm',
  'testAlarmChannel',
  'authorityLog',
  'submitAudit',
  'verifyReport',
  'removeReport',
  'lineage',
  'auditJobs',
  'auditJob',
  'ledger',
] as const satisfies readonly (keyof ViewSources)[]
export type PlainMethod = (typeof PLAIN_METHODS)[number]

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

export type OtherMethod = keyof Others
export type Method = PlainMethod | OtherMethod
type Functions = Pick<ViewSources, PlainMethod> & Others
export type ArgsOf<M extends Method> = Parameters<Functions[M]>
export type AnswerOf<M extends Method> = Awaited<ReturnType<Functions[M]>>

/** The methods that may be asked, by name. */
export function methodsOf(sources: ViewSources): ReadonlyMap<string, (...args: never[]) => unknown> {
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
