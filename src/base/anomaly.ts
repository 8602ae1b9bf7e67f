/** Kinds of anomalies. docs/use/anomalies.md says by which rule each is found. */
export const ANOMALY_KIND_LIST = [
  'stuck',
  'spike',
  'sign_swapped',
  'unit_swapped',
  'swapped_meters',
  'conservation_broken',
  'drift',
  'leak',
  'compressed_air_base_load',
  'idle_waste',
  'slower_cycle',
] as const
export type AnomalyKind = (typeof ANOMALY_KIND_LIST)[number]

/**
 * Ends of a finding: it is over; it has lasted so long that it is learnt from as usual; later looks do not see it any more; or its
 * device is out of service, or has no figure in all days of a look.
 */
export const ANOMALY_ENDS = ['over', 'became_usual', 'not_seen', 'gone'] as const
export type AnomalyEnd = (typeof ANOMALY_ENDS)[number]

/** Verdicts of people on a finding of the watch for anomalies. */
export const ANOMALY_VERDICTS = ['confirmed', 'dismissed'] as const
export type AnomalyVerdict = (typeof ANOMALY_VERDICTS)[number]

/** Verdict of a person on a finding, as the journal keeps it: it names what it is about, and needs no record of the finding. */
export interface AnomalyAction {
  /** Id of the act itself, so that it is found again when it has come through the journal. */
  readonly id: string
  readonly what: 'anomaly'
  readonly verdict: AnomalyVerdict
  readonly plant: string
  /** Id of the finding. */
  readonly anomaly: string
  readonly kind: AnomalyKind
  readonly device: string
  /** The other device of the finding, null for none; older acts do not say it. */
  readonly other?: string | null
  readonly sinceMs: number
  /** End of the finding; null while it lasted. */
  readonly untilMs: number | null
  /** '' when nothing was said. */
  readonly note: string
  readonly by: string | null
}
