import type { Command } from 'commander'
import { isMetricName } from '../../base/metrics.js'
import { isId } from '../../base/topic.js'
import { complain, printJson, printRow } from '../../program/output.js'
import type { ForgetAnswer } from '../../views/wire/forget.js'
import { callGateway } from '../client/call-gateway.js'
import { instantOf } from '../instant-option.js'
import { type ConfigLoader, pathOf, refuse } from './client.js'
import { forgetMetrics } from './forget-metrics.js'

/** `greengauge device forget`: takes away devices that should not be there, such as those of a flood of names. */

interface ForgetOptions {
  readonly plant?: string
  readonly device?: readonly string[]
  readonly metric?: readonly string[]
  readonly unconfigured?: boolean
  readonly silentSince?: string
  readonly yes?: boolean
  readonly why?: string
  readonly json?: boolean
  readonly config?: string
}

const repeated = (one: string, all: readonly string[] = []): readonly string[] => [...all, one]

/** Adds it to the commands of `device`. */
export function addForgetCommand(sub: (name: string, description: string) => Command, load: ConfigLoader): void {
  sub(
    'forget',
    'forget devices that nobody has configured or registered, or metrics of any device, with their figures; without --yes it only says which. What they sent goes, and the ledger tells so; what a frozen report rests on stays',
  )
    .argument('[device]', 'PLANT/LINE/DEVICE, in place of --plant and --device')
    .option('--plant <id>', 'the plant')
    .option('--device <id>', 'a device; may be repeated', repeated)
    .option(
      '--metric <name>',
      'a metric of the one device that is named, and nothing else of it; may be repeated',
      repeated,
    )
    .option('--unconfigured', 'every device that is neither configured nor registered')
    .option('--silent-since <instant>', 'only those of which nothing has come since, RFC 3339')
    .option('--why <reason>', 'for the ledger, and whoever verifies a report')
    .option('--yes', 'do it')
    .action(async (text: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ForgetOptions>()
      const { unconfigured, silentSince } = options
      const { plant, device } = namedBy(command, text, options)
      if ((device === undefined) === (unconfigured !== true)) refuse(command, 'give either --device or --unconfigured')
      for (const id of device ?? []) if (!isId(id)) refuse(command, `--device ${id} is no id: [a-z0-9][a-z0-9_-]{0,63}`)
      const ofOne = options.metric === undefined ? undefined : oneDevice(command, device, options)
      const loaded = load(options.config)
      if (loaded === undefined) return
      const { metric, why } = options
      if (ofOne !== undefined && metric !== undefined) {
        const isDryRun = options.yes !== true
        const wish = { plant, device: ofOne, metrics: metric, why, isDryRun, isJson: options.json === true }
        await forgetMetrics(loaded.config, wish)
        return
      }
      const body = {
        ...(device !== undefined && { devices: device }),
        ...(silentSince !== undefined && {
          silent_since: new Date(instantOf(command, '--silent-since', silentSince)).toISOString(),
        }),
        ...(why !== undefined && { why }),
        dry_run: options.yes !== true,
      }
      const path = `/plants/${encodeURIComponent(plant)}/devices/forget`
      const answer = await callGateway<ForgetAnswer>(loaded.config, path, body)
      if (answer !== undefined) show(plant, options, answer)
    })
}

/** The one device whose metrics go. */
function oneDevice(
  command: Command,
  device: readonly string[] | undefined,
  { metric = [], silentSince }: ForgetOptions,
): string {
  for (const name of metric) if (!isMetricName(name)) refuse(command, `--metric ${name} is no name of a metric`)
  const [first] = device ?? []
  if (first === undefined || device?.length !== 1 || silentSince !== undefined) {
    return refuse(command, '--metric is of one device, whenever it has sent: name PLANT/LINE/DEVICE')
  }
  return first
}

/** A device is named as the other commands name it, or by options. */
function namedBy(
  command: Command,
  text: string | undefined,
  { plant, device }: ForgetOptions,
): { readonly plant: string; readonly device: readonly string[] | undefined } {
  if (text !== undefined) {
    if (plant !== undefined || device !== undefined) refuse(command, 'give either PLANT/LINE/DEVICE or --plant')
    const path = pathOf(command, text)
    return { plant: path.plant, device: [path.device] }
  }
  return plant === undefined ? refuse(command, 'name PLANT/LINE/DEVICE, or --plant ID') : { plant, device }
}

const REFUSALS: Readonly<Record<ForgetAnswer['refused'][number]['reason'], string>> = {
  unknown: 'has never sent',
  configured: 'is configured or registered: remove it there first (greengauge device remove)',
  reported:
    'stays: it is never removed, retire it instead (greengauge device retire); on a day of it rests the frozen report',
  freezing: 'stays for now: a report is being frozen; ask again when that is done',
}

function show(plant: string, { json }: ForgetOptions, answer: ForgetAnswer): void {
  if (json === true) {
    printJson(answer)
    return
  }
  for (const { line, device, last_seen, readings } of answer.devices) {
    printRow([`${plant}/${line}/${device}`, last_seen ?? 'never heard', `${readings} readings`])
  }
  for (const { device, reason, report } of answer.refused) {
    complain(`${plant}/${device} ${REFUSALS[reason]}${report === undefined ? '' : ` ${report}`}`)
  }
  const count = `${answer.devices.length} device${answer.devices.length === 1 ? '' : 's'}`
  complain(
    answer.dry_run ? `${count} would be forgotten; --yes does it` : `${count} forgotten; the ledger tells what went`,
  )
}
