import type { Command } from 'commander'
import { EXIT } from '../base/exit-codes.js'

/** An instant of the command line, epoch ms; ends the command for what is none. */
export function instantOf(command: Command, option: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) {
    command.error(`error: ${option} ${text} is not a time: write 2026-11-24 or 2026-11-24T08:00:00+08:00`, {
      exitCode: EXIT.usage,
    })
  }
  return ms
}
