import type { Argument, Command, Option } from 'commander'
import { program } from '../../src/commands/program.js'
import { code, table } from './markdown.js'

/** Options that many commands have, said once. */
const COMMON: Readonly<Record<string, string>> = {
  '--config': 'configuration file; without it `/etc/greengauge/greengauge.yaml` where that is there',
  '--set': 'one setting, over file and environment; may be repeated',
  '--json': 'prints what is found as JSON',
}

/** Each command with its arguments and options, as `--help` says them: the table of docs/reference/command-line.md. */
export function commandSections(): string {
  const all = commandsOf(program)
  const common = table(
    ['option', 'of', 'meaning'],
    Object.entries(COMMON).map(([long, meaning]) => {
      const having = all.filter(({ command }) => command.options.some((option) => option.long === long))
      const flags = having[0]?.command.options.find((option) => option.long === long)?.flags ?? long
      return [code(flags), `${having.length} commands`, meaning]
    }),
  )
  return `${common}\n${all.map(section).join('\n')}`
}

interface NamedCommand {
  readonly path: string
  readonly command: Command
}

/** Commands that do something, in the order in which they are listed; those that only hold others stand before them. */
function commandsOf(command: Command, path = command.name()): readonly NamedCommand[] {
  return command.commands
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => {
      const name = `${path} ${one.name()}`
      return [{ path: name, command: one }, ...commandsOf(one, name)]
    })
}

function section({ path, command }: NamedCommand): string {
  const args = command.registeredArguments.map(written).join('')
  const options = command.options.filter(({ long, hidden }) => !hidden && !Object.hasOwn(COMMON, long ?? ''))
  const rows = [
    ...command.registeredArguments.filter(({ description }) => description !== '').map(argumentRow),
    ...options.map(optionRow),
  ]
  const has = Object.keys(COMMON).filter((long) => command.options.some((option) => option.long === long))
  const also = has.length === 0 ? '' : `\nAlso ${has.map(code).join(' ')}.\n`
  const list = rows.length === 0 ? '' : `\n${table(['argument or option', 'default', 'meaning'], rows)}`
  const level = path.split(' ').length > 2 ? '###' : '##'
  return `${level} ${code(path)}\n\n${code(`${path}${args}`)}: ${command.description()}.\n${list}${also}`
}

function written(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`
  return argument.required ? ` <${name}>` : ` [${name}]`
}

function argumentRow(argument: Argument): readonly string[] {
  return [code(argument.name()), '', argument.description]
}

function optionRow(option: Option): readonly string[] {
  const choice = option.argChoices === undefined ? '' : `one of ${option.argChoices.map(code).join(' ')}`
  const said = [option.description, choice].filter(Boolean).join('; ')
  const standard = option.defaultValue === undefined ? '' : code(String(option.defaultValue))
  return [code(option.flags), option.mandatory ? 'has to be given' : standard, said]
}
