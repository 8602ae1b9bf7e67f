import { type Command, Option } from 'commander'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import { INGRESS_KINDS, type IngressKind } from '../../base/ingress.js'
import { MQTT_VERSIONS, type MqttVersion } from '../../base/mqtt-version.js'
import type { LoadedConfig } from '../../config/config.js'
import { contentOfNamed } from '../../program/named-file.js'
import { print, printJson } from '../../program/output.js'
import type { Explained, ExplainedReading } from './explain.js'

/** `greengauge explain`: what a message would become, step by step, without sending it. */

interface ExplainOptions {
  readonly topic: readonly string[]
  readonly file: readonly string[]
  readonly door: IngressKind
  readonly client?: string
  readonly mqtt?: MqttVersion
  readonly contentType?: string
  readonly responseTopic?: string
  readonly at?: string
  readonly json?: boolean
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** Adds `explain` to the program. `load` reads a configuration, or says what is wrong. */
export function addExplainCommand(program: Command, load: Load): void {
  program
    .command('explain')
    .description(
      'what a message would become, step by step; several pairs come one after the other, such as a birth and its data',
    )
    .requiredOption('--topic <topic>', 'topic it would come under; may be repeated', collect)
    .requiredOption('--file <file>', 'its payload, - for standard input; one for each topic', collect)
    .addOption(new Option('--door <door>', 'how it would come').choices(INGRESS_KINDS).default('mqtt'))
    .option('--client <id>', 'MQTT client it would come from (default: the one registered for the topic, or any)')
    .addOption(
      new Option('--mqtt <version>', 'version of MQTT it would come by: how a refusal is told').choices(
        Object.values(MQTT_VERSIONS),
      ),
    )
    .option('--content-type <type>', 'its content type (MQTT 5): compared with the payload')
    .option('--response-topic <topic>', 'its response topic (MQTT 5): whether rejections are told there')
    .option('--at <time>', 'time of arrival, RFC 3339 (default: now)')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const {
        topic: topics,
        file: files,
        door,
        client,
        mqtt,
        at,
        ...options
      } = command.optsWithGlobals<ExplainOptions>()
      if (topics.length !== files.length) {
        refuse(command, `${topics.length} topics and ${files.length} files: give one file for each`)
      }
      const arrivedAt = at === undefined ? systemClock.nowMs() : Date.parse(at)
      if (Number.isNaN(arrivedAt)) refuse(command, `--at ${at} is not a time: write 2026-11-24T08:00:00+08:00`)
      const messages = topics.map((topic, i) => ({ topic, payload: payloadOf(command, files[i]!, door) }))
      const loaded = load(options.config)
      if (loaded === undefined) return
      // The decoder is loaded when it is needed: a gateway's first thread holds all that commands load.
      const { explain } = await import('./explain.js')
      const { contentType, responseTopic } = options
      const coming = { door, client, mqtt, arrivedAt, properties: { contentType, responseTopic } }
      const explained = explain(loaded, messages, coming)
      if (explained.some(({ rejections, accepted }) => rejections.length > 0 || !accepted)) {
        process.exitCode = EXIT.badData
      }
      if (options.json === true) printJson(explained)
      else for (const line of explained.flatMap((one, i) => [...(i === 0 ? [] : ['']), ...portrait(one)])) print(line)
    })
}

function payloadOf(command: Command, file: string, door: IngressKind): Buffer {
  try {
    const content = contentOfNamed(file)
    // The line end of a frame does not come into the journal.
    return door === 'hj212' ? Buffer.from(content.toString('latin1').replace(/[\r\n]+$/, ''), 'latin1') : content
  } catch (error) {
    return refuse(command, (error as Error).message)
  }
}

/** Lines for people: numbered steps, with the readings and rejections before the outcome. */
function portrait({ topic, steps, readings, rejections, notices }: Explained): readonly string[] {
  const before = steps.slice(0, -1)
  const outcome = steps.at(-1)!
  const details = [
    ...readings.map((reading) => ['reading', readingLine(reading)] as const),
    ...rejections.map(({ reason, detail, metric, index }) => {
      const about = [index > 0 ? `element ${index}` : '', metric ?? ''].filter((text) => text !== '').join(', ')
      return ['rejected', `${reason}${about === '' ? '' : ` (${about})`}: ${detail}`] as const
    }),
    ...notices.map((notice) => ['told', `under ${notice}`] as const),
  ]
  const lines = [...before.map(({ step, found }) => [step, found] as const), ...details, [outcome.step, outcome.found]]
  return [topic, ...lines.map(([what, text], i) => `${String(i + 1).padStart(3)}. ${what}: ${text}`)]
}

function readingLine({ plant, line, device, metric, value, unit, ts, ...reading }: ExplainedReading): string {
  const time = reading.ts_assumed ? `${ts} (arrival: it gives no time)` : ts
  const use = reading.in_figures ? 'figures are computed of it' : 'it is kept; no figure is computed of it'
  const shown = unit === '' ? value : `${value} ${unit}`
  return `${plant}/${line}/${device} ${metric} = ${shown} at ${time}, ${reading.quality}; ${use}`
}

function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text]
}

function refuse(command: Command, why: string): never {
  return command.error(`error: ${why}`, { exitCode: EXIT.usage })
}
