/** Commands with which a data logger reports values, by number, each with the name of the period of its figures. */
export const DATA_COMMANDS = { '2011': 'real_time', '2051': 'minute', '2061': 'hour', '2031': 'day' } as const
export type Period = (typeof DATA_COMMANDS)[keyof typeof DATA_COMMANDS]

export function periodOfCommand(command: string | undefined): Period | null {
  return command !== undefined && Object.hasOwn(DATA_COMMANDS, command)
    ? DATA_COMMANDS[command as keyof typeof DATA_COMMANDS]
    : null
}

/**
 * The commands a data logger sends, in words. Source: HJ 212-2017 and public repositories that implement it; the
 * heartbeats are 9015 in the edition of 2025 and 9021 in what is sent beside that of 2005.
 */
export const COMMANDS: Readonly<Record<string, string>> = {
  '1013': 'notice that its clock wants to be set',
  '2011': 'real-time data',
  '2021': 'state of the equipment',
  '2031': 'data of a day',
  '2041': 'running time of the equipment in a day',
  '2051': 'data of minutes',
  '2061': 'data of an hour',
  '2071': 'records of alarms',
  '2072': 'an alarm',
  '2081': 'time of its start',
  '3019': 'identity of an instrument',
  '3020': 'log, state or settings of an instrument',
  '9011': 'answer to a request',
  '9012': 'result of a request',
  '9013': 'answer to a notice',
  '9014': 'answer to data',
  '9015': 'heartbeat',
  '9021': 'heartbeat',
}

const NOTICES = ['1013', '9015', '9021']
/** Answered as data, besides those of `DATA_COMMANDS`: uploads that carry no readings. */
const UPLOADS = ['2021', '2041', '2071', '2072', '2081', '3019', '3020']

/** True for a command whose frames report something, and no values. */
export function isUpload(command: string): boolean {
  return UPLOADS.includes(command)
}

/** The command of the answer that a data logger waits for; null for one that is never answered. */
export function answerCommandOf(command: string | undefined): '9013' | '9014' | null {
  if (command === undefined) return null
  if (NOTICES.includes(command)) return '9013'
  return periodOfCommand(command) !== null || UPLOADS.includes(command) ? '9014' : null
}
