import { isDeepStrictEqual } from 'node:util'
import { digestOf } from '../access/token.js'
import type { AuditNote } from '../base/audit-log.js'
import { changedPaths } from '../config/changes.js'
import type { LoadedConfig } from '../config/config.js'

/** Notes of the audit log on a start and on settings that were read again: paths and names, never a value. */

const HASH_LENGTH = 16
/** Names in one entry; of more the number is told. */
const NAMES_MAX = 8

/**
 * The start itself, with what it began from: whoever changes accounts while no gateway runs is seen by another digest than
 * that of the start before.
 */
export function startAuditNote(version: string, configHash: string, people: unknown): AuditNote {
  const accounts = digestOf(JSON.stringify(people)).slice(0, HASH_LENGTH)
  const subject = `version ${version}, configuration ${configHash.slice(0, HASH_LENGTH)}, people ${accounts}`
  return { act: 'started', actor: '', subject }
}

/** A start with another configuration than the one in force before it; both as the journal keeps them, without secrets. */
export function configNotes(
  before: { readonly hash: string; readonly content: string } | undefined,
  now: { readonly hash: string; readonly content: string },
): readonly AuditNote[] {
  if (before === undefined || before.hash === now.hash) return []
  return changeNotes(JSON.parse(before.content), JSON.parse(now.content), now.hash)
}

/** Settings, registered devices, credentials and accounts that were read again and are others than before. */
export function rereadNotes(before: LoadedConfig, now: LoadedConfig): readonly AuditNote[] {
  const people = changedNames(before.people, now.people, ({ name }) => name)
  const registered = changedNames(before.registry, now.registry, ({ plant, device }) => `${plant}/${device}`)
  const proved = changedNames(before.credentials, now.credentials, ({ client }) => `credential of ${client}`)
  const devices = [registered, proved].filter((names) => names !== '').join('; ')
  return [
    ...changeNotes(before.config, now.config, now.hash),
    ...(people === '' ? [] : [{ act: 'people_changed' as const, actor: '', subject: people }]),
    ...(devices === '' ? [] : [{ act: 'devices_changed' as const, actor: '', subject: devices }]),
  ]
}

function changeNotes(before: unknown, now: unknown, hash: string): readonly AuditNote[] {
  const paths = changedPaths(before, now)
  if (paths.length === 0) return []
  const factors = paths.filter((path) => /^plants\[[^\]]+\]\.factors\b/.test(path))
  const subject = `configuration ${hash.slice(0, HASH_LENGTH)}: ${named(paths)}`
  return [
    { act: 'config_changed', actor: '', subject },
    ...(factors.length === 0 ? [] : [{ act: 'factors_changed' as const, actor: '', subject: named(factors) }]),
  ]
}

/** `added a, changed b, removed c`; '' when both lists say the same. */
export function changedNames<T>(before: readonly T[], now: readonly T[], nameOf: (one: T) => string): string {
  const [old, fresh] = [before, now].map((list) => new Map(list.map((one) => [nameOf(one), one])))
  const added = [...fresh!.keys()].filter((name) => !old!.has(name))
  const removed = [...old!.keys()].filter((name) => !fresh!.has(name))
  const changed = [...fresh!].flatMap(([name, one]) => {
    return old!.has(name) && !isDeepStrictEqual(old!.get(name), one) ? [name] : []
  })
  return Object.entries({ added, changed, removed })
    .flatMap(([word, names]) => (names.length === 0 ? [] : [`${word} ${named(names)}`]))
    .join('; ')
}

function named(names: readonly string[]): string {
  const more = names.length - NAMES_MAX
  return `${names.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
