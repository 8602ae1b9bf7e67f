import type { EntryItem } from '../../../src/base/wire/entries.js'
import type { KeptOriginalAnswer } from '../../../src/views/wire/originals.js'
import { type Answer, post, postFile } from '../gateway/api.js'

/** Requests to the gateway about entries. */

export const ENTRIES_EVERY_MS = 10_000

const ofPlant = (plant: string) => `/plants/${encodeURIComponent(plant)}`
export const entriesPath = (plant: string): string => `${ofPlant(plant)}/entries`
export const reconciliationPath = (plant: string): string => `${ofPlant(plant)}/reconciliation`

export const CERTIFICATES_PATH = '/certificates'

/** Also where the page came without TLS, and `randomUUID` is missing. */
export const newEntryId = (): string => `page-${crypto.getRandomValues(new Uint32Array(3)).join('-')}`

/**
 * Words that a form has sent without an answer so far, and their id: the same once more is the same, so that an answer
 * that was lost does not make two of it.
 */
export interface Sent {
  readonly text: string
  readonly id: string
}
export const NOTHING_SENT: Sent = { text: '', id: '' }

export const addEntry = (plant: string, body: object): Promise<Answer<EntryItem>> => post(entriesPath(plant), body)

export type Decision = 'approve' | 'reject' | 'withdraw'

/** Decision on an entry that somebody is about to make. */
export interface Asked {
  readonly entry: EntryItem
  readonly what: Decision
}

export function decide(plant: string, id: string, what: Decision, said: object): Promise<Answer<EntryItem>> {
  return post(`${entriesPath(plant)}/${encodeURIComponent(id)}/${what}`, said)
}

/** The gateway waits for a file as long: a large scan over a slow line takes minutes. */
const UPLOAD_MS = 600_000

/** Hands the gateway the original of an entry, which it keeps under its SHA-256. */
export function keepOriginal(plant: string, file: Blob): Promise<Answer<KeptOriginalAnswer>> {
  return postFile(`${ofPlant(plant)}/originals`, file, UPLOAD_MS, { 'content-type': 'application/octet-stream' })
}

/** SHA-256 of a file in hex; the browser gives it to secure pages only. */
export async function digestOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const canDigest = (): boolean => crypto.subtle !== undefined
