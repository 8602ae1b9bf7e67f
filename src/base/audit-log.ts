/** Words of the audit log, which tells what people and programs did to the gateway itself. */

/** Kinds of entries, with what the subject of each is. */
export const AUDIT_ACTIONS = {
  started: 'the gateway started: its version',
  stopped: 'the gateway stopped because it was told to: its version',
  signed_in: 'a person signed in: the address that they came from',
  sign_in_refused: 'a name or password was wrong, or came too often: the address that it came from',
  signed_out: 'a person signed out, or a session was ended',
  people_changed: 'accounts of people: who was added, changed, disabled, or given a token',
  devices_changed: 'registered devices and their credentials: which ones',
  config_changed: 'another configuration is in force: its settings that changed',
  factors_changed: 'factors of plants: which ones',
  entry_made: 'a correction, an event or a laboratory value was recorded: its kind and id',
  alarm_act: 'an alarm was acknowledged or shelved: its id',
  anomaly_act: 'a finding of the watch for anomalies was confirmed or dismissed: its id',
  report_made: 'a report was made or frozen: its id and version',
  quarantine_dismissed: 'rejected messages were dismissed: which one, or how many of what, who says so and why',
  store_tested: 'a test point was written to a store, or could not be: its name and which',
  certificate_trusted: 'the certificate of a server of OPC UA was trusted, or no longer: its SHA-256',
  server_asked: 'a server of OPC UA was asked for its endpoints or variables: its address and how that ended',
  backup_made: 'a backup was made: its folder',
  refused: 'something that the role, the ticket or the origin does not allow: what was asked for',
} as const

export type AuditAction = keyof typeof AUDIT_ACTIONS

/** Acts that do not happen when the audit log cannot be written: nobody gets rights that nothing tells of. */
export const ACTIONS_REFUSED_UNRECORDED: readonly AuditAction[] = ['signed_in']

/**
 * Puts what was done into the audit log. True when it is on the disk. False when the disk refuses: an act of
 * `ACTIONS_REFUSED_UNRECORDED` is then forgotten, and whoever asked for it is to be refused; any other is kept and written
 * as soon as that is possible. Never rejects.
 */
export type AuditNotes = (note: AuditNote) => Promise<boolean>

/** One thing that was done, before it has its place in the chain. */
export interface AuditNote {
  readonly act: AuditAction
  /** Name of the account; '' for the gateway itself, a command on its machine, or somebody unknown. */
  readonly actor: string
  /** Subject of the act: no secrets. Written with at most 300 characters, control characters replaced. */
  readonly subject: string
}

/** One line of the audit log. `hash` is SHA-256 over the canonical JSON (RFC 8785) of all other fields. */
export interface AuditEntry extends AuditNote {
  /** 1, 2, 3, … without gaps. */
  readonly number: number
  /** RFC 3339, of the gateway's clock. */
  readonly at: string
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: string
  readonly hash: string
}
