import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { canonical, type LedgerEntry, subjectOfEntry } from '../audit/ledger/entry.js'
import { fingerprintOf, publicKeyFrom } from '../audit/ledger/fingerprint.js'
import { Ledger, readEntries } from '../audit/ledger/ledger.js'
import { takeTimeStamp } from '../audit/ledger/stamp.js'
import { TimeStampError } from '../audit/ledger/time-stamp.js'
import { systemClock } from '../base/clock.js'
import { EXIT } from '../base/exit-codes.js'
import type { Config } from '../config/config.js'
import { contentOfNamed } from '../program/named-file.js'
import { complain, print, printJson, printJsonText, printText } from '../program/output.js'
import { versionInfo } from '../program/version.js'
import { holdDataDir } from '../runtime/data-dir.js'
import { gatewayOf, gatewayRefusal, requestGateway } from './client/call-gateway.js'

/**
 * `greengauge ledger`: what the ledger of a data directory says, whether it holds, and time stamps of others. All but `stamp`
 * read the files, whether a gateway runs on them or not.
 */

/** The settings, or undefined after saying what is wrong with them. */
type Load = (file: string | undefined, flags?: Readonly<Record<string, string>>) => Config | undefined

interface Options {
  readonly config?: string
  readonly set?: Readonly<Record<string, string>>
  readonly json?: boolean
}

const ANSWER_MS = 30_000

/** Adds `ledger show|head|key|check|stamp` to the program. */
export function addLedgerCommand(
  program: Command,
  load: Load,
  collect: (text: string, earlier?: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): void {
  const ledger = program
    .command('ledger')
    .description('the signed, chained record of what is archived, configured and reported: show, check, anchor')

  const add = (name: string, description: string) =>
    ledger
      .command(name)
      .description(description)
      .option('--config <file>', 'configuration file')
      .option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collect)
      .option('--json', 'as JSON')

  const dirOf = (options: Options): string | undefined => {
    const config = load(options.config, options.set)
    if (config === undefined) return undefined
    const dir = resolve(config.data_dir)
    if (existsSync(join(dir, 'ledger'))) return dir
    complain(`error: there is no ledger in ${dir}: the gateway makes it with its first start`)
    process.exitCode = EXIT.unavailable
    return undefined
  }

  add('show', 'the newest entries, the last one at the end')
    .option('--limit <n>', 'so many', '20')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & { limit: string }>()
      const dir = dirOf(options)
      if (dir !== undefined) await show(dir, Number(options.limit) || 20, options.json === true)
    })

  add('head', 'number and hash of the newest entry: what to print, mail or have stamped').action(
    async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const dir = dirOf(options)
      if (dir !== undefined) await head(dir, options.json === true)
    },
  )

  add('key', 'the public key and its fingerprint').action(async (_: unknown, command: Command) => {
    const options = command.optsWithGlobals<Options>()
    const dir = dirOf(options)
    if (dir !== undefined) await key(dir, options.json === true)
  })

  add('check', 'check chain, signatures, archive and journal: everything that the ledger vouches for')
    .option('--full', 'calculate the root of every day from its rows again')
    .option('--key <fingerprint>', 'the key that it has to be signed with')
    .option('--language <en|zh>', 'language of what is found', 'en')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & { full?: boolean; key?: string; language: string }>()
      const dir = dirOf(options)
      if (dir === undefined) return
      const language = options.language === 'zh' ? 'zh' : 'en'
      await check(dir, options.full === true, options.key, language, options.json === true)
    })

  add('stamp', 'keep the answer of a time-stamping authority (RFC 3161) over the hash of an entry')
    .requiredOption('--file <file.tsr>', 'the answer')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & { file: string }>()
      const config = load(options.config, options.set)
      if (config !== undefined) await stamp(config, options.file, options.json === true)
    })
}

async function show(dir: string, limit: number, asJson: boolean): Promise<void> {
  const newest: LedgerEntry[] = []
  for await (const entry of readEntries(join(dir, 'ledger'))) {
    if (newest.push(entry) > limit) newest.shift()
  }
  if (asJson) printJsonText(canonical(newest))
  else
    for (const { number, at, body, hash } of newest) {
      print(
        `${String(number).padStart(6)}  ${at}  ${body.kind.padEnd(13)}  ${hash.slice(0, 16)}  ${subjectOfEntry(body)}`,
      )
    }
}

async function head(dir: string, asJson: boolean): Promise<void> {
  const { first, last } = await endsOf(dir)
  if (last === null) return
  const fingerprint = fingerprintIn(first)
  const { number, hash, at } = last
  if (asJson) {
    printJsonText(canonical({ number, hash, at, fingerprint }))
    return
  }
  print(`entry        ${number}, ${at}`)
  print(`hash         ${hash}`)
  print(`fingerprint  ${fingerprint}`)
  complain('\nTo have it stamped:')
  complain(`  openssl ts -query -digest ${hash} -sha256 -cert -out head.tsq`)
  complain('  curl -H "Content-Type: application/timestamp-query" --data-binary @head.tsq URL > head.tsr')
  complain('  greengauge ledger stamp --file head.tsr')
  complain(`  openssl ts -verify -digest ${hash} -in head.tsr -CAfile AUTHORITY.pem`)
}

async function key(dir: string, asJson: boolean): Promise<void> {
  const { first } = await endsOf(dir)
  const open = first?.body.kind === 'key' ? publicKeyFrom(first.body.public_key) : null
  if (open === null) return
  const pem = open.export({ type: 'spki', format: 'pem' })
  if (asJson) printJsonText(canonical({ fingerprint: fingerprintOf(open), public_key: pem }))
  else printText(`${fingerprintOf(open)}\n${String(pem).trimEnd()}`)
}

async function check(dir: string, isFull: boolean, key: string | undefined, language: 'en' | 'zh', asJson: boolean) {
  // Loaded when they are needed: a gateway has its database on a thread of its own.
  const { openReader, rootOfDay } = await import('../audit/ledger/day-lines.js')
  const { checkData } = await import('../audit/ledger/check-data.js')
  const reader = isFull ? await openReader() : null
  const connection = await reader?.connect()
  const root =
    connection === undefined
      ? null
      : (archive: string, state: Parameters<typeof rootOfDay>[2]) => rootOfDay(connection, archive, state)
  const findings = await checkData({ dataDir: dir, root, ...(key === undefined ? {} : { fingerprint: key }) })
  connection?.closeSync()
  reader?.closeSync()
  const isWhole = findings.every(({ ok }) => ok)
  if (!isWhole) process.exitCode = EXIT.badData
  if (asJson) printJson({ ok: isWhole, findings })
  else for (const { ok, text } of findings) print(`${ok ? 'ok   ' : 'FAULT'}  ${text[language]}`)
}

async function stamp(config: Config, file: string, asJson: boolean): Promise<void> {
  let bytes: Buffer
  try {
    bytes = contentOfNamed(file)
  } catch (error) {
    complain(`error: ${(error as Error).message}`)
    process.exitCode = EXIT.io
    return
  }
  const occupied = await holdDataDir(resolve(config.data_dir), { as: 'stamp' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ELOCKED') return null
      throw error
    },
  )
  try {
    const taken = occupied === null ? await stampByGateway(config, bytes) : await stampHere(config, bytes)
    if (asJson) printJson(taken)
    else print(`${file} is kept: entry ${taken.entry} and all before it were there at its time`)
  } catch (error) {
    complain(`error: ${error instanceof Error ? error.message : error}`)
    process.exitCode = error instanceof TimeStampError ? EXIT.badData : EXIT.unavailable
  } finally {
    occupied?.close()
  }
}

async function stampHere(config: Config, bytes: Uint8Array): Promise<Stamped> {
  const dir = join(resolve(config.data_dir), 'ledger')
  const ledger = await Ledger.open({ dir, clock: systemClock, program: versionInfo().version })
  const { body } = await takeTimeStamp(ledger, bytes)
  return { entry: body.kind === 'time_stamp' ? body.entry : 0 }
}

interface Stamped {
  /** Number of the entry that was stamped. */
  readonly entry: number
}

async function stampByGateway(config: Config, bytes: Uint8Array): Promise<Stamped> {
  const answer = await requestGateway(gatewayOf(config), '/api/v1/ledger/time-stamps', {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-reply' },
    body: new Uint8Array(bytes),
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  if (answer.ok) return (await answer.json()) as Stamped
  const { message } = await gatewayRefusal(answer)
  throw answer.status === 400 ? new TimeStampError(message) : new Error(message)
}

async function endsOf(dir: string): Promise<{ first: LedgerEntry | null; last: LedgerEntry | null }> {
  let first: LedgerEntry | null = null
  let last: LedgerEntry | null = null
  for await (const entry of readEntries(join(dir, 'ledger'))) {
    first ??= entry
    last = entry
  }
  return { first, last }
}

function fingerprintIn(first: LedgerEntry | null): string {
  const open = first?.body.kind === 'key' ? publicKeyFrom(first.body.public_key) : null
  return open === null ? '' : fingerprintOf(open)
}
