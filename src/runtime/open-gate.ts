import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Gate } from '../access/gate.js'
import type { AuthOptions } from '../access/options.js'
import type { Account } from '../access/people.js'
import { type Session, sessionsFile } from '../access/sessions.js'
import { digestOf, newToken } from '../access/token.js'
import type { AuditNotes } from '../base/audit-log.js'
import type { Clock } from '../base/clock.js'
import { HOUR_MS } from '../base/durations.js'
import { writeWhole } from '../config/files/access-file.js'
import { explained } from '../program/system-error.js'
import { machineTokenFile } from './machine-token.js'

/**
 * Opens the gate through which people get into pages and API, with what `DATA_DIR/access` keeps of it: the sessions that were
 * open when the gateway stopped, and a new token for commands on this machine.
 */
export function openGate(parts: {
  readonly dataDir: string
  readonly auth: AuthOptions
  readonly people: readonly Account[]
  readonly clock: Clock
  readonly note: AuditNotes
  readonly rehash: (name: string, before: string, after: string) => void
  say(level: 'warn' | 'error', text: string): void
}): Gate {
  const { dataDir, auth, people, clock, note, rehash, say } = parts
  const file = join(dataDir, 'access', 'sessions.json')
  const limits = { idleMs: auth.session_idle_h * HOUR_MS, maxMs: auth.session_max_d * 24 * HOUR_MS }
  if (!auth.required) {
    return new Gate({
      isRequired: false,
      clock,
      people: [],
      sessions: [],
      limits,
      machineToken: null,
      note,
      keep: () => {},
    })
  }
  const token = newToken('ggp')
  keepToken(dataDir, token, say)
  const keep = (sessions: readonly Session[]) => {
    try {
      writeWhole(file, `${JSON.stringify(sessions)}\n`, dataDir)
    } catch (error) {
      // People who are signed in stay so until the next start: no reason to let nobody in, or to stop.
      say('error', `${file} cannot be written, a restart will sign people out: ${(error as Error).message}`)
    }
  }
  const sessions = keptSessions(file, say)
  return new Gate({
    isRequired: true,
    clock,
    people,
    sessions,
    limits,
    machineToken: digestOf(token),
    note,
    keep,
    rehash,
  })
}

/** Without it commands of this machine cannot ask; people and devices come in all the same. */
function keepToken(dataDir: string, token: string, say: (level: 'error', text: string) => void): void {
  const file = machineTokenFile(dataDir)
  try {
    writeWhole(file, `${token}\n`, dataDir)
  } catch (error) {
    const why = explained(error)
    if (why === null) throw error
    say('error', `commands cannot ask this gateway, for their token cannot be kept: ${why.line}`)
  }
}

/** Sessions of the file. One that cannot be read signs everybody out, and nobody in. */
function keptSessions(file: string, say: (level: 'warn', text: string) => void): readonly Session[] {
  try {
    return sessionsFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    say('warn', `${file} cannot be read, so everybody has to sign in again: ${(error as Error).message.slice(0, 200)}`)
    return []
  }
}
