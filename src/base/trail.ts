/** What people and programs did to the gateway itself: the words of the audit log. */

/** Kinds of entries, with what the subject of each is. */
export const TRAIL_ACTS = {
  started: 'the gateway started: its version',
  signed_in: 'a person signed in: the address that they came from',
  sign_in_refused: 'a name or password was wrong, or came too often: the address that it came from',
  signed_out: 'a person signed out, or a session was ended',
  people_changed: 'accounts of people: who was added, changed, disabled, or given a token',
  devices_changed: 'registered devices and their credentials: which ones',
  config_changed: 'another configuration is in force: its settings that changed',
  factors_changed: 'factors of plants: which ones',
  entry_made: 'a correction, an event or a laboratory value was recorded: its kind and id',
  alarm_act: 'an alarm was acknowledged or shelved: its id',
  report_made: 'a report was made or frozen: its id and version',
  backup_made: 'a backup was made: its folder',
  refused: 'something that the role, the ticket or the origin does not allow: what was asked for',
} as const

export type TrailAct = keyof typeof TRAIL_ACTS

/** One thing that was done, before it has its place in the chain. */
export interface TrailNote {
  readonly act: TrailAct
  /** Name of the account; '' for the gateway itself, a command on its machine, or somebody unknown. */
  readonly actor: string
  /** What it was done to; at most 300 characters, no secrets. */
  readonly subject: string
}

/** One line of the audit log. `hash` is SHA-256 over the canonical JSON (RFC 8785) of all other fields. */
export interface TrailEntry extends TrailNote {
  /** 1, 2, 3, … without gaps. */
  readonly number: number
  /** RFC 3339, of the gateway's clock. */
  readonly at: string
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: string
  readonly hash: string
}
