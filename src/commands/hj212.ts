import type { Command } from 'commander'
import { EXIT } from '../base/exit-codes.js'
import { COMMANDS } from '../base/hj212/commands.js'
import { readFlag } from '../base/hj212/flag.js'
import { frameFaults, type Hj212Frame, readFrame } from '../base/hj212/frame.js'
import { readSegment, type Segment } from '../base/hj212/segment.js'
import { print, printJson } from '../program/output.js'

/** `greengauge hj212`: whether a frame that a data logger sends is sound, and what it says. */

/** Adds `hj212 <frame>` to the program. */
export function addHj212Command(program: Command): void {
  program
    .command('hj212')
    .description('check a frame of HJ 212: its length, its check sum, and what it says')
    .argument('<frame>', "from ## to the check sum, in quotes: '##0101QN=…&&1C80'")
    .option('--json', 'as JSON')
    .action((text: string, _options: unknown, command: Command) => {
      // A line end, or one that was copied from a program as \r\n in letters.
      const frame = readFrame(Buffer.from(text.replace(/(\\r|\\n|\s)+$/, '')))
      const faults = frame === null ? [NO_FRAME] : frameFaults(frame)
      if (faults.length > 0) process.exitCode = EXIT.badData
      if (command.optsWithGlobals<{ json?: boolean }>().json === true) {
        printJson({ ok: faults.length === 0, faults, ...(frame === null ? {} : asJson(frame)) })
        return
      }
      if (frame !== null) for (const line of portrait(frame)) print(line)
      for (const fault of faults) print(fault)
      if (faults.length === 0) print('the frame is sound')
    })
}

const NO_FRAME =
  'This is no frame: one begins with ## and four digits of length, and ends with four digits of check sum. Put it in quotes.'

/** The password stays where it is. */
function headOf({ head }: Segment): readonly (readonly [name: string, value: string])[] {
  return [...head].filter(([name]) => name !== 'PW')
}

function asJson({ segment, crcLetters, ...frame }: Hj212Frame): object {
  const said = readSegment(segment)
  return { ...frame, head: Object.fromEntries(headOf(said)), groups: said.groups }
}

function portrait(frame: Hj212Frame): readonly string[] {
  const segment = readSegment(frame.segment)
  const head = headOf(segment).map(([name, value]) => {
    const words = name === 'CN' ? COMMANDS[value] : name === 'Flag' ? flagInWords(value) : undefined
    return `${name} ${value}${words === undefined ? '' : ` (${words})`}`
  })
  return [`length ${frame.length}, check sum ${frame.crc}`, ...head, ...segment.groups]
}

function flagInWords(text: string): string | undefined {
  const flag = readFlag(text)
  if (flag === null) return undefined
  const parts = [flag.edition === null ? 'unknown edition' : `edition of ${flag.edition}`]
  if (flag.isNumbered) parts.push('packets are numbered')
  parts.push(flag.wantsAnswer ? 'wants an answer' : 'wants no answer')
  return parts.join(', ')
}
