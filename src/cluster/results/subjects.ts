import type { KpiPoint } from '../../base/kpi.js'

/** Subjects of the results stream: `greengauge.results.{partition}.{kind}.…`, one message each, the last one. */

const ROOT = 'greengauge.results'

/** Filter for everything in the stream. */
export const RESULT_SUBJECTS = `${ROOT}.>`

/** Filter for everything of one partition. */
export function partitionSubjects(partition: number): string {
  return `${ROOT}.${partition}.>`
}

export const RESULT_KINDS = ['owner', 'plant', 'points', 'alarm', 'report'] as const
export type ResultKind = (typeof RESULT_KINDS)[number]

/** Subject under which the owner of a partition says that it speaks for it. */
export function ownerSubject(partition: number): string {
  return `${ROOT}.${partition}.owner`
}

export function plantSubject(partition: number, plant: string): string {
  return subject(partition, 'plant', [plant])
}

/** All KPIs of one plant, line or device in one window size: they are computed together, so they are one message. */
export function pointsSubject(
  partition: number,
  { plant, scope, id, window }: Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'window'>,
): string {
  return subject(partition, 'points', [plant, scope, id, window])
}

export function alarmSubject(partition: number, plant: string, id: string): string {
  return subject(partition, 'alarm', [plant, id])
}

export function reportSubject(partition: number, id: string, version: number): string {
  return subject(partition, 'report', [id, String(version)])
}

/** Partition and kind of a subject; null for one of a kind that this version does not know. */
export function parseSubject(subject: string): { readonly partition: number; readonly kind: ResultKind } | null {
  const [, , partition, kind] = subject.split('.')
  const known = RESULT_KINDS.find((one) => one === kind)
  return known === undefined ? null : { partition: Number(partition), kind: known }
}

function subject(partition: number, kind: ResultKind, ids: readonly string[]): string {
  return [ROOT, partition, kind, ...ids.map(tokenOf)].join('.')
}

/** An id as one token: a token is no wildcard, has no dot and no white space, and is not empty. */
export function tokenOf(id: string): string {
  if (id === '') return '%'
  return encodeURIComponent(id).replace(/[.*>]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
