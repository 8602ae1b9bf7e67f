import type { ChannelTestAnswer } from '../../../../src/base/wire/channels.js'
import type { ConfigEdit } from '../../../../src/views/wire/configuration.js'
import type { StoreTestAnswer } from '../../../../src/views/wire/store-test.js'
import { type Answer, post } from '../../gateway/api.js'
import { saidText } from '../problems/problem-text.js'
import { type ElementValue, valueIn } from './element.js'
import type { SectionName } from './sections.js'
import { sectionWords } from './words.js'

/** Tests of what a form describes: of a store as it is typed or stands in the file, of a channel as it is in force. */

/** A test that was made, line by line. */
export interface TrialSaid {
  readonly isOk: boolean
  readonly lines: readonly { readonly isOk: boolean; readonly text: string }[]
}

/** Each step of a test has five seconds, and the last ones are quick where the first ones are. */
const TRIAL_MS = 40_000

/** The test of an element that stands in the file; null where there is none. */
export function trialOf(name: SectionName, element: unknown): (() => Promise<TrialSaid>) | null {
  const value = element as ElementValue
  if (name === 'store' && isServer(value)) return () => tryStore(value, [])
  const id = valueIn(value, ['id'])
  return name === 'channels' && typeof id === 'string' ? () => tryChannel(id) : null
}

/** The embedded store has nobody to ask. */
export function isServer(value: ElementValue): boolean {
  return typeof value?.type === 'string' && value.type !== 'duckdb'
}

/** @param edits that would make the store what is typed */
export async function tryStore(value: ElementValue, edits: readonly ConfigEdit[]): Promise<TrialSaid> {
  const store = String(value.name ?? value.type)
  const answer = await post<StoreTestAnswer>('/stores/test', { store, edits }, TRIAL_MS)
  if (answer.kind !== 'loaded') return failed(answer)
  const w = sectionWords().trial
  const { ok, server, made, steps } = answer.value
  return {
    isOk: ok,
    lines: steps.map(({ step, result, detail }) => {
      const about = step === 'reach' ? [server, made ? w.made : null] : []
      const why = detail === '' ? null : saidText(detail)
      const parts = [...about, why].filter((part) => part !== null)
      return { isOk: result === 'done', text: [w.steps[step][result], ...parts].join(' · ') }
    }),
  }
}

async function tryChannel(id: string): Promise<TrialSaid> {
  const answer = await post<ChannelTestAnswer>(`/alarms/channels/${encodeURIComponent(id)}/test`, {}, TRIAL_MS)
  if (answer.kind !== 'loaded') return failed(answer)
  const w = sectionWords().trial
  const { ok, detail } = answer.value
  const text = [ok ? w.arrived : w.notArrived, detail].filter((part) => part !== '').join(' · ')
  return { isOk: ok, lines: [{ isOk: ok, text }] }
}

function failed<T>(answer: Exclude<Answer<T>, { kind: 'loaded' }>): TrialSaid {
  const text = answer.kind === 'failed' ? saidText(answer.detail) : ''
  return { isOk: false, lines: [{ isOk: false, text }] }
}
