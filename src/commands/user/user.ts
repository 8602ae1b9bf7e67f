import type { Command } from 'commander'
import { type AccountChange, AccountFault, hasAdmin, withAccountChange } from '../../access/account-changes.js'
import { hashPassword, newPassword, passwordProblem } from '../../access/password.js'
import type { Account } from '../../access/people.js'
import { digestOf, newToken } from '../../access/token.js'
import { personName, tokenName } from '../../base/account-names.js'
import { systemClock } from '../../base/clock.js'
import { EXIT, type ExitCode } from '../../base/exit-codes.js'
import { ACCOUNT_ROLES, type AccountRole, RIGHTS } from '../../base/roles.js'
import type { LoadedConfig } from '../../config/config.js'
import { LOCK_BUSY } from '../../config/files/access-file.js'
import { changePeople, peopleFileOf } from '../../config/files/people-file.js'
import { UnreadableFile } from '../../program/named-file.js'
import { complain, print, printJson, printRow } from '../../program/output.js'
import { passwordFrom } from './secret-input.js'

/** `greengauge user`: who may sign in and with which role, and their tokens. A gateway that runs takes a change over at once. */

interface UserOptions {
  readonly role?: string
  readonly passwordFile?: string
  readonly generate?: boolean
  readonly json?: boolean
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined
/** A secret is printed once it is made. */
interface Change {
  readonly change: AccountChange
  readonly secret?: string | undefined
}

/** The command cannot be done as it was called. */
class Refused extends Error {
  constructor(
    message: string,
    readonly code: ExitCode = EXIT.usage,
  ) {
    super(message)
  }
}

const ROLES = Object.entries(ACCOUNT_ROLES)
  .map(([role, rights]) => `${role} (${rights.join(', ')})`)
  .join('; ')

/** Adds `user list|add|role|password|disable|enable|remove|token` to the program. `load` reads a configuration, or says what is wrong. */
export function addUserCommand(program: Command, load: Load): void {
  const user = program
    .command('user')
    .description('people: who may sign in, with which role, and tokens for their programs')
  addListCommand(user, load)
  addAddCommand(user, load)
  addChangeCommands(user, load)
  addTokenCommands(user, load)
}

/** A command with the options that all of them have. */
function sub(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
}

function withPassword(command: Command): Command {
  return command
    .option('--password-file <file>', 'file that holds the password, - for standard input; it is asked for otherwise')
    .option('--generate', 'a random password, which is printed once')
}

function nowText(): string {
  return new Date(systemClock.nowMs()).toISOString()
}

function addListCommand(user: Command, load: Load): void {
  sub(user, 'list', 'all accounts').action(async (_: unknown, command: Command) => {
    const options = command.optsWithGlobals<UserOptions>()
    const loaded = load(options.config)
    if (loaded !== undefined) show(options, loaded.people)
  })
}

function addAddCommand(user: Command, load: Load): void {
  withPassword(sub(user, 'add', 'a new account'))
    .argument('<name>', 'name to sign in with')
    .requiredOption('--role <role>', `one of ${ROLES}`)
    .action((text: string, _: unknown, command: Command) =>
      answer(command, async (options: UserOptions) => {
        const name = nameOf(text)
        const role = roleOf(options.role ?? '')
        const loaded = load(options.config)
        if (loaded === undefined) return
        const { hash, secret } = await choosePassword(name, options)
        const change: AccountChange = { act: 'add', role, hash }
        const people = changePeople(loaded.config.data_dir, (now) => withAccountChange(now, name, change, nowText()))
        done(options, loaded, people, { name, secret })
      }),
    )
}

/** Makes a command change one account that is there; the first argument is its name. */
function changing(
  command: Command,
  load: Load,
  make: (options: UserOptions, ...args: readonly string[]) => Change | Promise<Change>,
): void {
  command.action((name: string, ...rest: readonly unknown[]) =>
    answer(command, async (options: UserOptions) => {
      const loaded = load(options.config)
      if (loaded === undefined) return
      const isThere = loaded.people.some((one) => one.name === name)
      if (!isThere) throw new AccountFault('absent', `there is no account ${name}`)
      const { change, secret } = await make(options, name, ...rest.filter((one) => typeof one === 'string'))
      const people = changePeople(loaded.config.data_dir, (now) => withAccountChange(now, name, change, nowText()))
      done(options, loaded, people, { name, secret })
    }),
  )
}

function addChangeCommands(user: Command, load: Load): void {
  const named = (name: string, description: string) => sub(user, name, description).argument('<name>', 'of the account')

  const role = named('role', 'give an account another role; its sessions end').argument('<role>', ROLES)
  changing(role, load, (_, __, text = '') => ({ change: { act: 'role', role: roleOf(text) } }))
  const password = withPassword(named('password', 'give an account another password; its sessions end'))
  changing(password, load, async (options, name = '') => {
    const { hash, secret } = await choosePassword(name, options)
    return { change: { act: 'password', hash }, secret }
  })
  for (const [act, description] of [
    ['disable', 'let somebody in no more, by session or token, from now on'],
    ['enable', 'let them sign in again'],
    ['remove', 'forget an account and its tokens; what was done in its name stays'],
  ] as const) {
    changing(named(act, description), load, () => ({ change: { act } }))
  }
}

function addTokenCommands(user: Command, load: Load): void {
  const token = user.command('token').description('tokens by which programs ask in the name of an account')
  const tokenSub = (name: string, description: string) =>
    sub(token, name, description).argument('<name>', 'of the account').argument('<token>', 'what the token is called')
  changing(tokenSub('add', 'a new token, which is printed once'), load, (_, __, text = '') => {
    const secret = newToken('ggp')
    return { secret, change: { act: 'add_token', token: tokenNameOf(text), sha256: digestOf(secret) } }
  })
  changing(tokenSub('remove', 'make a token void, from now on'), load, (_, __, token = '') => {
    return { change: { act: 'remove_token', token } }
  })
}

/** The hash of a password, and the password itself where nobody knows it yet. */
async function choosePassword(
  name: string,
  { passwordFile, generate }: UserOptions,
): Promise<{ readonly hash: string; readonly secret?: string }> {
  if (generate === true) {
    const secret = newPassword()
    return { hash: await hashPassword(secret), secret }
  }
  const password = await passwordFrom(passwordFile, `Password for ${name}: `)
  if (password === null) {
    throw new Refused('no password: give --password-file FILE or --generate, or type the same one twice in a terminal')
  }
  const problem = passwordProblem(password, name)
  if (problem !== null) throw new Refused(problem)
  return { hash: await hashPassword(password) }
}

function nameOf(text: string): string {
  const parsed = personName.safeParse(text.normalize('NFC'))
  if (parsed.success) return parsed.data
  throw new Refused(`${text}: ${parsed.error.issues[0]!.message}`)
}

function roleOf(text: string): AccountRole {
  if (Object.hasOwn(ACCOUNT_ROLES, text)) return text as AccountRole
  throw new Refused(`${text} is no role: it is one of ${Object.keys(ACCOUNT_ROLES).join(', ')}`)
}

function tokenNameOf(text: string): string {
  if (tokenName.safeParse(text).success) return text
  throw new Refused(`${text} cannot be the name of a token: 1 to 64 letters, digits and . _ : -`)
}

async function answer(command: Command, work: (options: UserOptions) => Promise<void>): Promise<void> {
  try {
    await work(command.optsWithGlobals())
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (error instanceof AccountFault) return refused(message, EXIT.badData)
    if (error instanceof UnreadableFile) return refused(message, error.exit)
    if (error instanceof Refused) return refused(message, error.code)
    if (!(typeof code === 'string' && /^E[A-Z]+$/.test(code))) throw error
    refused(message, code === LOCK_BUSY ? EXIT.unavailable : EXIT.io)
  }
}

function refused(message: string, code: ExitCode): void {
  complain(`error: ${message}`)
  process.exitCode = code
}

function done(
  options: UserOptions,
  { config }: LoadedConfig,
  people: readonly Account[],
  { name, secret }: { readonly name: string; readonly secret?: string | undefined },
): void {
  // Without --config it is that of ./data, which may be another than the gateway's that is meant.
  complain(`kept in ${peopleFileOf(config.data_dir)}, for the gateway that runs on this folder`)
  if (!hasAdmin(people)) {
    complain(
      `warning: nobody has the right administer (${RIGHTS.administer}) any more; give it with greengauge user role NAME admin`,
    )
  }
  if (secret !== undefined) print(secret)
  else
    show(
      options,
      people.filter((one) => one.name === name),
    )
}

function show({ json }: UserOptions, people: readonly Account[]): void {
  const listed = people.map(({ name, role, disabled, since, tokens }) => {
    return { name, role, disabled, since, tokens: tokens.map((token) => ({ name: token.name, since: token.since })) }
  })
  if (json === true) {
    printJson(listed)
    return
  }
  for (const { name, role, disabled, since, tokens } of listed) {
    const what = [
      name,
      role,
      disabled ? 'disabled' : 'enabled',
      `since ${since}`,
      ...tokens.map((token) => `token ${token.name}`),
    ]
    printRow(what)
  }
}
