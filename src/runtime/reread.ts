import { isDeepStrictEqual } from 'node:util'
import type { AuditNote } from '../base/audit-log.js'
import { changedSettings, waitingForRestart } from '../config/changes.js'
import { formatProblem, type LoadedConfig, type LoadSettings, problemsText } from '../config/config.js'
import { unreadReason } from '../config/files/lists.js'
import { rereadNotes } from './audit-notes.js'

/** Asks for another reading of the settings, from the first moment of a start to the beginning of a stop. */
export class RereadDoor {
  #reread: ((by: string) => void) | null = null
  /** The account that asked before there was anything to ask; null where nobody has. */
  #due: string | null = null
  #isClosed = false

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Reads now, or as soon as the gateway can. `by` is the account that has changed the settings. */
  ask(by = ''): void {
    if (this.#isClosed) return
    if (this.#reread === null) this.#due = by === '' ? (this.#due ?? '') : by
    else this.#reread(by)
  }

  open(reread: (by: string) => void): void {
    this.#reread = reread
    if (this.#due !== null) this.ask(this.#due)
  }

  close(): void {
    this.#isClosed = true
  }
}

/** Notes of what the configuration file says. */
const OF_FILE: ReadonlySet<AuditNote['act']> = new Set(['config_changed', 'factors_changed'])

/**
 * Reads the settings again each time it is called, and says what becomes of it. Those that are right are handed to
 * `apply`, unless they say what was said before; when one is wrong all stay as they are. `by` is the account that has changed them,
 * '' for nobody known.
 */
export function rereading(parts: {
  readonly load: LoadSettings
  readonly started: LoadedConfig
  apply(loaded: LoadedConfig): void
  /** Hears each time why lists cannot be read, '' when all can. */
  unread?(reason: string): void
  /** For the audit log. */
  note(note: AuditNote): void
  say(line: string): void
}): (by?: string) => void {
  const { load, started, apply, unread = () => {}, note, say } = parts
  let latest = started
  return (by = '') => {
    const loaded = load(latest)
    if ('problems' in loaded) {
      for (const line of problemsText(loaded.problems, 'the gateway goes on with the one it has')) say(`error: ${line}`)
      return
    }
    for (const warning of loaded.warnings) say(`warning: ${formatProblem(warning)}`)
    const reason = unreadReason(loaded.unread)
    if (reason !== '') say(`error: ${reason}`)
    unread(reason)
    const registered = isDeepStrictEqual(latest.registry, loaded.registry) ? [] : ['registered devices']
    const people = isDeepStrictEqual(latest.people, loaded.people) ? [] : ['accounts of people']
    const proofs = isDeepStrictEqual(latest.credentials, loaded.credentials) ? [] : ['credentials of clients']
    // Not by the hash: that is one without secrets, and a password may be all that is another.
    const changed = [...changedSettings(latest.config, loaded.config), ...registered, ...people, ...proofs]
    if (changed.length === 0) {
      if (by !== '') note({ act: 'config_changed', actor: by, subject: 'configuration file: its text alone' })
      say('The configuration was read again; nothing has changed.')
      return
    }
    const notes = rereadNotes(latest, loaded)
    latest = loaded
    apply(loaded)
    // Accounts and devices have lists of their own: those may have been changed by others meanwhile.
    for (const one of notes) note(OF_FILE.has(one.act) ? { ...one, actor: by } : one)
    say(`The configuration was read again; changed: ${changed.join(', ')}.`)
    for (const path of waitingForRestart(changedSettings(started.config, loaded.config))) {
      say(`${path} takes effect with the next start.`)
    }
  }
}
