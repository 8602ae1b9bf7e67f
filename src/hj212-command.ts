import type { Command } from 'commander'
import { EXIT } from './base/exit-codes.js'
import { type Hj212Frame, readHj212Frame } from './decode/hj212-frame.js'

/** `greengauge hj212`: whether a frame that a data logger sends is sound, and what it says. */

/** Source: HJ 212-2017; the command of a day is from memory. */
const COMMANDS: Readonly<Record<string, string>> = {
  '2011': 'real-time data',
  '2031': 'data of a day',
  '2051': 'data of minutes',
  '2061': 'data of an hour',
}
const EDITIONS = ['2005', '2017', '2025']

/** Adds `hj212 <frame>` to the program. */
export function addHj212Command(program: Command): void {
  program
    .command('hj212')
    .description('check a frame of HJ 212: its length, its check sum, and what it says')
    .argument('<frame>', "from ## to the check sum, in quotes: '##0101QN=…&&1C80'")
    .option('--json', 'as JSON')
    .action((text: string, _options: unknown, command: Command) => {
      // A line end, or one that was copied from a program as \r\n in letters.
      const frame = readHj212Frame(Buffer.from(text.replace(/(\\r|\\n|\s)+$/, '')))
      const faults = frame === null ? [NO_FRAME] : faultsOf(frame)
      if (faults.length > 0) process.exitCode = EXIT.badData
      if (command.optsWithGlobals<{ json?: boolean }>().json === true) {
        print(JSON.stringify({ ok: faults.length === 0, faults, ...(frame === null ? {} : asJson(frame)) }))
        return
      }
      if (frame !== null) for (const line of portrait(frame)) print(line)
      for (const fault of faults) print(fault)
      if (faults.length === 0) print('the frame is sound')
    })
}

const NO_FRAME =
  'This is no frame: one begins with ## and four digits of length, and ends with four digits of check sum. Put it in quotes.'

/** What a receiver rejects the frame for. */
function faultsOf({ declaredLength, length, declaredCrc, crc }: Hj212Frame): readonly string[] {
  const faults: string[] = []
  if (declaredLength !== length) {
    faults.push(
      `The frame declares a length of ${declaredLength}, its data segment has ${length} bytes: count from behind the length up to the last &&.`,
    )
  }
  if (declaredCrc !== crc) {
    faults.push(
      `The frame ends with the check sum ${declaredCrc}, its data segment has ${crc}: it was changed on its way, or reckoned over other bytes or with another CRC-16.`,
    )
  }
  return faults
}

/** The password stays where it is. */
function headOf(frame: Hj212Frame): readonly (readonly [name: string, value: string])[] {
  return [...frame.head].filter(([name]) => name !== 'PW')
}

function asJson(frame: Hj212Frame): object {
  return { ...frame, head: Object.fromEntries(headOf(frame)) }
}

function portrait(frame: Hj212Frame): readonly string[] {
  const head = headOf(frame).map(([name, value]) => {
    const words = name === 'CN' ? COMMANDS[value] : name === 'Flag' ? flagInWords(Number(value)) : undefined
    return `${name} ${value}${words === undefined ? '' : ` (${words})`}`
  })
  return [`length ${frame.length}, check sum ${frame.crc}`, ...head, ...frame.groups]
}

/** Bits 2 to 7 are the edition, bit 1 says that packets are numbered, bit 0 that an answer is wanted. Source: HJ 212-2017. */
function flagInWords(flag: number): string | undefined {
  if (!Number.isInteger(flag)) return undefined
  const edition = EDITIONS[flag >> 2]
  const parts = [edition === undefined ? 'unknown edition' : `edition of ${edition}`]
  if ((flag & 2) !== 0) parts.push('packets are numbered')
  parts.push((flag & 1) !== 0 ? 'wants an answer' : 'wants no answer')
  return parts.join(', ')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
