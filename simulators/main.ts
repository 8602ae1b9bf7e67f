import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { Temporal } from 'temporal-polyfill'
import { EXIT } from '../src/base/exit-codes.js'
import { isId } from '../src/base/topic.js'
import { FAULTS, type FaultName, faultNamed } from './faults/names.js'
import { DATASETS, type ReplayOptions, replay } from './replay.js'
import { type SimulateOptions, simulate } from './simulate.js'
import { printLine, Stop } from './stop.js'

/**
 * The simulators' command line: a process of its own, so that what it says it sent is a witness independent of the
 * gateway. Data to stdout, everything else to stderr, exit codes from sysexits.
 */

function numberIn(min: number, max: number, isWhole: boolean) {
  return (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= min && value <= max) || (isWhole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`It is a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}.`)
    }
    return value
  }
}

function speed(text: string): number {
  if (text === 'max') return Infinity
  return numberIn(0.001, 1_000_000, false)(text)
}

function instant(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch {
    throw new InvalidArgumentError('It is a time with offset, such as 2026-11-24T08:00:00Z.')
  }
}

function plantId(text: string): string {
  if (!isId(text)) throw new InvalidArgumentError('An id is [a-z0-9][a-z0-9_-]{0,63}.')
  return text
}

function brokerUrl(text: string): string {
  const protocols = ['mqtt:', 'mqtts:', 'ws:', 'wss:']
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new InvalidArgumentError('It is an address such as mqtt://127.0.0.1:1883.')
  }
  return text
}

function httpUrl(text: string): string {
  if (!URL.canParse(text) || !['http:', 'https:'].includes(new URL(text).protocol)) {
    throw new InvalidArgumentError('It is an address such as http://127.0.0.1:8080/readyz.')
  }
  return text
}

function faults(text: string): ReadonlySet<FaultName> {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => faultNamed(name) === undefined)
  if (unknown.length > 0) {
    const known = Object.entries(FAULTS).map(([name, does]) => `\n  ${name}: ${does}`)
    throw new InvalidArgumentError(`There is no fault "${unknown.join('", "')}". There are:${known.join('')}`)
  }
  return new Set(names.map((name) => faultNamed(name)!))
}

function urlOption(): Option {
  return new Option('--url <url>', 'the MQTT broker').argParser(brokerUrl).default('mqtt://127.0.0.1:1883')
}

function speedOption(): Option {
  return new Option('--speed <x>', 'event time per wall time, or max').argParser(speed).default(1)
}

function commandLine(signal: AbortSignal): Command {
  const program = new Command('greengauge').exitOverride()
  program
    .command('simulate')
    .description(
      'the demo plants of devices/demo/greengauge.yaml with seeded physics: devices that send back-fill and live samples',
    )
    .addOption(urlOption())
    .option('--plants <n>', 'how many demo plants; all when absent', numberIn(1, 1000, true))
    .option(
      '--devices <n>',
      'how many devices of each plant; more than it has are submeters',
      numberIn(1, 10_000, true),
    )
    .option('--rate <hz>', 'live samples a second and device', numberIn(0.001, 1000, false), 0.2)
    .option('--seed <n>', 'of all that is random', numberIn(0, 2 ** 31, true), 1)
    .option('--from <iso>', 'event time at which live samples begin; now when absent', instant)
    .option('--until <iso>', 'event time at which they end', instant)
    .addOption(speedOption())
    .option('--backfill <hours>', 'how much history to send first', numberIn(0, 10_000, false), 0)
    .option('--past <days>', 'also the small plant with a past, and how long that is', numberIn(1, 700, true))
    .option('--past-progress <file>', 'tells the next start how far the past was sent')
    .addOption(
      new Option('--pace <url>', "the gateway's /readyz: the past waits while it says that figures are late").argParser(
        httpUrl,
      ),
    )
    .addOption(
      new Option('--faults <list>', `what goes wrong, with commas between: ${Object.keys(FAULTS).join(', ')}`)
        .argParser(faults)
        .default(new Set(), 'none'),
    )
    .option('--truth <file>', 'writes at the end what was sent and which figures must come of it')
    .option('--wait <s>', 'how long to try the first connection', numberIn(0, 3600, false), 30)
    .action(async (options: SimulateOptions) => print(await simulate(options, signal)))
  program
    .command('replay')
    .description('a public data set, with its own event times')
    .requiredOption('--dataset <name>', `which: ${Object.keys(DATASETS).join(', ')}`)
    .requiredOption('--file <file>', 'the data set as published')
    .addOption(urlOption())
    .option('--plant <id>', "plant id in the topics; the data set's name when absent", plantId)
    .option('--start <iso>', 'shift all times so that the first sample falls here', instant)
    .addOption(speedOption())
    .option('--shuffle <seed>', 'send all messages in a random order', numberIn(0, 2 ** 31, true))
    .option('--repeat <n>', 'send the same times so often', numberIn(1, 1000, true), 1)
    .action(async (options: ReplayOptions) => print(await replay(options, signal)))
  return program
}

function print(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

/** The exit code, after the sentence on stderr; a bug goes on up. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (!(error instanceof Stop)) throw error
  printLine(error.message)
  return error.code
}

const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
// The process that started this one may be killed; without this it would go on under the client ids of the next one's devices.
process.once('disconnect', () => stopped.abort())
process.channel?.unref()

commandLine(stopped.signal)
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = codeOf(error)
  })
