import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type Command, Option } from 'commander'
import { EXIT } from '../base/exit-codes.js'
import { SHIFT_TEMPLATES, type ShiftTemplate } from '../base/shift-templates.js'
import { configJsonSchema, loadConfig, problemsText } from '../config/config.js'
import {
  FILE_LANGUAGES,
  type FileLanguage,
  type FirstPlant,
  firstFile,
  SCHEMA_FILE,
} from '../config/edit/first-file.js'
import { bundledLibrary } from '../kpi/factors/bundled.js'
import { complain, print, printJson, promptFor } from '../program/output.js'

/** `greengauge init`: a first configuration file by questions, and `greengauge config-schema` for editors. */

interface InitOptions {
  readonly plant?: string
  readonly name?: string
  readonly timezone?: string
  readonly gridRegion?: string
  readonly lines?: string
  readonly shifts?: ShiftTemplate
  readonly language?: FileLanguage
}

const TEMPLATES = Object.keys(SHIFT_TEMPLATES) as ShiftTemplate[]

export function addInitCommands(program: Command): void {
  program
    .command('init')
    .description('write a first configuration file; asks on a terminal for what no option says')
    .argument('[file]', 'file to write; one that is there is left alone', 'greengauge.yaml')
    .option('--plant <id>', 'id of the plant in topics')
    .option('--name <name>', 'name of the plant')
    .option('--timezone <zone>', 'IANA zone of the plant, such as Asia/Shanghai')
    .option('--grid-region <region>', 'region of the grid, such as CN-JS or GB: see docs/reference/grid-regions.md')
    .option('--lines <ids>', 'ids of its lines, with commas between them')
    .addOption(new Option('--shifts <template>', 'shifts to begin with').choices(TEMPLATES))
    .addOption(
      new Option('--language <language>', 'language of the comments (default: by LC_ALL, LC_MESSAGES or LANG)').choices(
        FILE_LANGUAGES,
      ),
    )
    .action(async (file: string, options: InitOptions) => {
      const path = resolve(file)
      if (existsSync(path)) return refuse(`${path} is there already, and stays as it is: name another file`, EXIT.usage)
      const answers = await askedInTerminal(options)
      if (answers === null)
        return refuse('the answers ended before the last question, and nothing was written', EXIT.usage)
      const text = firstFile(answers, options.language ?? languageOf(process.env))
      const loaded = loadConfig({ file: path, text, env: {}, flags: {}, library: bundledLibrary })
      if ('problems' in loaded) {
        for (const line of problemsText(loaded.problems, 'nothing was written')) complain(line)
        process.exitCode = EXIT.config
        return
      }
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
      const schema = join(dirname(path), SCHEMA_FILE)
      if (!existsSync(schema)) writeFileSync(schema, `${JSON.stringify(configJsonSchema())}\n`, { flag: 'wx' })
      print(`${path} is written, and ${SCHEMA_FILE} beside it for editors. Start the gateway with`)
      print(`  greengauge run --config ${file}`)
    })

  program
    .command('config-schema')
    .description('print the JSON Schema of the configuration file, for editors')
    .action(() => printJson(configJsonSchema()))
}

/** The language that a terminal is set to; the first variable that says anything goes before the others, as for all programs. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): FileLanguage {
  const said = [LC_ALL, LC_MESSAGES, LANG].find((one) => one !== undefined && one !== '') ?? ''
  return /^zh([_.@-]|$)/i.test(said) ? 'zh' : 'en'
}

function refuse(line: string, code: number): void {
  complain(`error: ${line}`)
  process.exitCode = code
}

async function askedInTerminal(options: InitOptions): Promise<FirstPlant | null> {
  if (!process.stdin.isTTY) return answersTo(options, () => Promise.resolve(''))
  const lines = createInterface({ input: process.stdin })
  const answers = lines[Symbol.asyncIterator]()
  try {
    return await answersTo(options, async (question) => {
      promptFor(question)
      const { value, done } = await answers.next()
      return done === true ? null : value
    })
  } finally {
    lines.close()
  }
}

/** Somebody has ended the input: what they have not said is not made up. */
class Ended extends Error {}

/**
 * Answers from options, else from `next`, else the ones that suit most.
 * @param next asks one question; '' for an answer that is left open, null where no more come
 * @return null where answers ended
 */
export async function answersTo(
  options: InitOptions,
  next: (question: string) => Promise<string | null>,
): Promise<FirstPlant | null> {
  const ask = async (given: string | undefined, question: string, fallback: string): Promise<string> => {
    if (given !== undefined) return given
    const answer = await next(`${question} [${fallback === '' ? 'none' : fallback}]: `)
    if (answer === null) throw new Ended()
    return answer.trim() === '' ? fallback : answer.trim()
  }
  const askForShifts = async (question: string): Promise<ShiftTemplate> => {
    const answer = await ask(options.shifts, question, 'none')
    return (
      TEMPLATES.find((one) => one === answer) ??
      askForShifts(`${answer} is none of these shifts: ${TEMPLATES.join(', ')}`)
    )
  }
  try {
    const id = await ask(options.plant, 'Id of the plant in topics', 'plant-1')
    const name = await ask(options.name, 'Name of the plant', id)
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone
    const timezone = await ask(options.timezone, 'Time zone', here)
    const gridRegion = await ask(options.gridRegion, 'Region of the grid, such as CN-JS or GB', '')
    const named = await ask(options.lines, 'Ids of its lines, with commas between them', '')
    const shifts = await askForShifts(`Shifts: ${TEMPLATES.join(', ')}`)
    const ids = named.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]))
    return { id, name, timezone, gridRegion, lines: ids, shifts }
  } catch (error) {
    if (error instanceof Ended) return null
    throw error
  }
}
