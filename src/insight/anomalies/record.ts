import type { AnomalyEnd } from '../../base/anomaly.js'
import type { AnomalyFinding } from './finding.js'
import { haveTimeInCommon } from './time-span.js'

/** A finding as it is kept from look to look. */
export interface AnomalyRecord extends AnomalyFinding {
  /** Made of kind, device and beginning, so that the same is found again under the same id. */
  readonly id: string
  /** Null while it lasts. */
  readonly ended: AnomalyEnd | null
  /** First day of the look that saw it last, epoch ms. */
  readonly lookFromMs: number
}

/** One look at a plant. */
export interface AnomalyLook {
  readonly fromMs: number
  /** Days before this one were learnt from: nothing of them is judged. */
  readonly judgedFromMs: number
  readonly toMs: number
  readonly found: readonly AnomalyFinding[]
  /** End of the newest figure of each device with figures, epoch ms: nothing is found of others. */
  readonly lastMs: ReadonlyMap<string, number>
  /** Devices that are configured, and not retired. */
  readonly inService: ReadonlySet<string>
  /** Devices that were looked at and have no figure in all of these days. */
  readonly silent: ReadonlySet<string>
}

/** Records of a plant at most. Those that last stay longest, then those found last. */
export const ANOMALY_RECORDS_MAX = 200

/**
 * Records after a look. What was found before keeps its id and the time of its finding. A finding that the same days do not show any
 * more, because data have changed, goes; unless a person has confirmed it, which ends it. One that lasts ends with its device.
 */
export function recordsAfter(
  before: readonly AnomalyRecord[],
  look: AnomalyLook,
  isConfirmed: (record: AnomalyRecord) => boolean,
): readonly AnomalyRecord[] {
  const left = new Set(before)
  const seen = look.found.map((finding) => {
    const known = before.find((record) => left.has(record) && isSame(record, finding))
    if (known !== undefined) left.delete(known)
    return known === undefined ? newRecord(finding, look) : seenAgain(known, finding, look)
  })
  const others = [...left].flatMap((record) => notSeen(record, look, isConfirmed(record)) ?? [])
  return bounded([...others, ...seen].map((record) => goneWithDevice(record, look)))
}

/** A record that lasts ends where its device is out of service or silent: nothing else could end it. */
function goneWithDevice(record: AnomalyRecord, look: AnomalyLook): AnomalyRecord {
  if (record.untilMs !== null) return record
  const { device, other, sinceMs } = record
  const isGone = (one: string) => !look.inService.has(one) || look.silent.has(one)
  const gone = isGone(device) ? device : other !== null && isGone(other) ? other : null
  if (gone === null) return record
  const lastMs = look.lastMs.get(gone) ?? look.toMs
  return { ...record, untilMs: lastMs > sinceMs ? lastMs : look.toMs, ended: 'gone' }
}

/** Two of the same kind and device that stand for one time in common. */
function isSame(a: AnomalyRecord, b: AnomalyFinding): boolean {
  return a.kind === b.kind && a.device === b.device && a.other === b.other && haveTimeInCommon(a, b)
}

function newRecord(finding: AnomalyFinding, { fromMs }: AnomalyLook): AnomalyRecord {
  const { kind, device, sinceMs, untilMs } = finding
  return { ...finding, id: `${kind}.${device}.${sinceMs}`, ended: untilMs === null ? null : 'over', lookFromMs: fromMs }
}

function seenAgain(known: AnomalyRecord, finding: AnomalyFinding, look: AnomalyLook): AnomalyRecord {
  const ended = finding.untilMs === null ? null : 'over'
  const { fromMs: lookFromMs } = look
  // Its beginning is learnt from by now: what an earlier look has said of it stands.
  if (known.sinceMs < look.judgedFromMs) return { ...known, untilMs: finding.untilMs, ended, lookFromMs }
  const foundMs = Math.min(known.foundMs, finding.foundMs)
  return { ...finding, foundMs, id: known.id, ended, lookFromMs }
}

/** A record that a look says nothing of, as it stands then; null when it goes. */
function notSeen(record: AnomalyRecord, look: AnomalyLook, isConfirmed: boolean): AnomalyRecord | null {
  const { sinceMs, untilMs, device, lookFromMs } = record
  if (!look.lastMs.has(device)) return record
  if (sinceMs < look.judgedFromMs) {
    if (untilMs !== null || isConfirmed) return record
    return { ...record, untilMs: look.judgedFromMs, ended: 'became_usual' }
  }
  const isOfSameDays = lookFromMs === look.fromMs
  if (isOfSameDays && !isConfirmed) return null
  return untilMs === null ? { ...record, untilMs: look.toMs, ended: 'not_seen' } : record
}

function bounded(records: readonly AnomalyRecord[]): readonly AnomalyRecord[] {
  const lasts = ({ untilMs }: AnomalyRecord) => (untilMs === null ? 0 : 1)
  const kept = records.toSorted((a, b) => lasts(a) - lasts(b) || b.foundMs - a.foundMs).slice(0, ANOMALY_RECORDS_MAX)
  return kept.toSorted((a, b) => b.foundMs - a.foundMs || (a.id < b.id ? -1 : 1))
}
