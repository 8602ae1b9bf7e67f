/** Exit codes of the commands. Source: sysexits(3). */
export const EXIT = {
  ok: 0,
  /** The command was called wrongly: an unknown command, option or argument. */
  usage: 64,
  badData: 65,
  /** Something it depends on is not there, such as a port that is in use. */
  unavailable: 69,
  /** A fault of the program itself. */
  software: 70,
  io: 74,
  permission: 77,
  config: 78,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
