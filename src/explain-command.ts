import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { systemClock } from './base/clock.js'
import { EXIT } from './base/exit-codes.js'
import { METRICS } from './base/metrics.js'
import { QUALITIES } from './base/quality.js'
import { ReadingBlock } from './base/reading-block.js'
import { REJECT_REASONS } from './base/reasons.js'
import { parseTopic } from './base/topic.js'
import type { LoadedConfig } from './config.js'
import type { DecodeRules } from './decode/decode.js'
import { Decoder } from './decode/decoder.js'
import { type Taken, type TakenPart, rejectionsOf } from './decode/taken.js'
import { Acl } from './intake/acl.js'
import { Configs } from './pipeline/configs.js'

/** `greengauge explain`: what a message would become, step by step, without sending it. */

interface ExplainOptions {
  readonly topic: readonly string[]
  readonly file: readonly string[]
  readonly at?: string
  readonly json?: boolean
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** One message, and what became of it. */
interface Explained {
  readonly topic: string
  readonly size_bytes: number
  /** What was looked at, in order, each with what was found. */
  readonly steps: readonly string[]
  readonly readings: readonly ExplainedReading[]
  readonly events: number
  readonly rejections: readonly object[]
  readonly decoded: boolean
}

interface ExplainedReading {
  readonly device: string
  readonly metric: string
  readonly value: number | string
  readonly unit: string
  readonly ts: string
  readonly ts_assumed: boolean
  readonly quality: string
  /** Whether figures are computed of it. */
  readonly known: boolean
}

/** Adds `explain` to the program. `load` reads a configuration, or says what is wrong. */
export function addExplainCommand(program: Command, load: Load): void {
  program
    .command('explain')
    .description('what a message would become, step by step; several pairs come one after the other (births before data)')
    .requiredOption('--topic <topic>', 'topic it would come under; may be repeated', collect)
    .requiredOption('--file <file>', 'its payload, - for standard input; one for each topic', collect)
    .option('--at <time>', 'time of arrival, RFC 3339 (default: now)')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action((_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ExplainOptions>()
      if (options.topic.length !== options.file.length) {
        command.error(`error: ${options.topic.length} topics and ${options.file.length} files: give one file for each`, {
          exitCode: EXIT.usage,
        })
      }
      const arrivedAt = options.at === undefined ? systemClock.nowMs() : Date.parse(options.at)
      if (Number.isNaN(arrivedAt)) {
        command.error(`error: --at ${options.at} is no time: write 2026-11-24T08:00:00+08:00`, { exitCode: EXIT.usage })
      }
      const loaded = load(options.config)
      if (loaded === undefined) return
      const payloads = options.file.map((file) => payloadOf(command, file))
      const explained = explain(
        loaded,
        options.topic.map((topic, i) => ({ topic, payload: payloads[i]! })),
        arrivedAt,
      )
      if (explained.some(({ rejections }) => rejections.length > 0)) process.exitCode = EXIT.badData
      if (options.json === true) process.stdout.write(`${JSON.stringify(explained)}\n`)
      else for (const line of explained.flatMap(portrait)) process.stdout.write(`${line}\n`)
    })
}

function payloadOf(command: Command, file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    return command.error(`error: ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, {
      exitCode: EXIT.usage,
    })
  }
}

function explain(
  { config, hash, content }: LoadedConfig,
  messages: readonly { readonly topic: string; readonly payload: Buffer }[],
  arrivedAt: number,
): readonly Explained[] {
  const { rules } = new Configs([], { hash, content, plants: config.plants })
  const acl = new Acl(config.mqtt.acl)
  const decoder = new Decoder()
  return messages.map(({ topic, payload }) => {
    const isLarge = payload.length > config.mqtt.max_packet_bytes
    const kept = isLarge ? payload.subarray(0, 4096) : payload
    const block = new ReadingBlock()
    const taken = decoder.take(
      {
        topic,
        payload: kept,
        body: kept,
        payloadStart: 0,
        payloadEnd: kept.length,
        arrivedAt,
        retain: false,
        fullSizeBytes: isLarge ? payload.length : null,
        door: 'mqtt',
        client: 'explain',
      },
      rules,
      block,
      1,
    )
    const steps = [
      doorStep(acl, topic),
      `size: ${payload.length} bytes; mqtt.max_packet_bytes is ${config.mqtt.max_packet_bytes}`,
      `topic: ${decoder.languageOf(topic, rules)}`,
      ...[taken, ...taken.others].flatMap((part) => deviceSteps(part, rules, loadedDevices(config))),
      outcome(taken),
    ]
    return {
      topic,
      size_bytes: payload.length,
      steps,
      readings: readingsIn(block),
      events: [taken, ...taken.others].reduce((sum, { events }) => sum + events.length, 0),
      rejections: rejectionsOf(taken).map((rejection) => ({ ...rejection, meaning: REJECT_REASONS[rejection.reason] })),
      decoded: taken.isDecoded,
    }
  })
}
