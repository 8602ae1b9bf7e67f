import { signal } from '@preact/signals'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { systemClock } from '../../../src/base/clock.js'
import type { AlarmsActionAnswer } from '../../../src/base/wire/alarms.js'
import { type Answer, post } from '../gateway/api.js'
import { actor } from '../session.js'
import { alarmChanged } from './open.js'

/** Words for what the page did last: shown, and read aloud. */
export const announcement = signal('')
const ANNOUNCED_FOR_MS = 8_000

export async function announce(text: string): Promise<void> {
  announcement.value = text
  await systemClock.sleep(ANNOUNCED_FOR_MS)
  if (announcement.value === text) announcement.value = ''
}

/** The gateway takes so many in one request. */
const AT_ONCE_MAX = 200

/** Outcome of an act on alarms: how many it was done on, and what failed; null where nothing did. */
export interface Done {
  readonly done: number
  readonly failure: string | null
}

const says = (note: string) => ({
  ...(note === '' ? {} : { note }),
  ...(actor.value === '' ? {} : { by: actor.value }),
})

export const acknowledge = (alarms: readonly AlarmItem[], note: string) => onMany('ack', alarms, says(note))

/** @param minutes 0 ends a shelving */
export const shelve = (alarms: readonly AlarmItem[], minutes: number, note: string) =>
  onMany('shelve', alarms, { minutes, ...says(note) })

export async function addNote({ plant, id }: AlarmItem, note: string): Promise<Done> {
  const path = `/plants/${encodeURIComponent(plant)}/alarms/${encodeURIComponent(id)}/note`
  const answer = await post<AlarmItem>(path, says(note))
  if (answer.kind !== 'loaded') return { done: 0, failure: failureOf(answer) }
  alarmChanged(answer.value)
  return { done: 1, failure: null }
}

async function onMany(what: 'ack' | 'shelve', alarms: readonly AlarmItem[], body: object): Promise<Done> {
  let done = 0
  for (let i = 0; i < alarms.length; i += AT_ONCE_MAX) {
    const named = alarms.slice(i, i + AT_ONCE_MAX).map(({ plant, id }) => ({ plant, id }))
    const answer = await post<AlarmsActionAnswer>(`/alarms/${what}`, { alarms: named, ...body })
    if (answer.kind !== 'loaded') return { done, failure: failureOf(answer) }
    answer.value.alarms.forEach(alarmChanged)
    done += answer.value.done
  }
  return { done, failure: null }
}

function failureOf(answer: Answer<unknown>): string {
  return answer.kind === 'failed' ? answer.detail : ''
}
