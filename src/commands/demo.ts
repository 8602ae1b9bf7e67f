import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DAY_MS } from '../base/durations.js'
import type { Config, LoadedConfig, LoadSettings } from '../config/config.js'
import { wasGateways } from '../config/place.js'
import { complain, printText } from '../program/output.js'
import { packageRoot } from '../program/version.js'
import { apiAddress } from '../runtime/api-address.js'
import { type Running, runGateway } from '../runtime/run.js'
import { startSimulators } from './simulators.js'

/** Hours of history that the simulators send first, so that no chart is empty. */
const BACKFILL_HOURS = 24

/** The plant that has a past where one is asked for: thirteen months, and what is left of one more. Else it has a day, as the others. */
const WITH_PAST = 'kunshan-1'
const PAST_DAYS = 400

/** Beside the data: how far the past was sent. A demo without one has a day in it. */
const PROGRESS = 'demo-past.json'
const FEW_DAYS_MS = 7 * DAY_MS

/** The folder of the demo with a past: behind a day that is there already, months would be computed again and again. */
const PAST_DATA_DIR = './data/demo-past'

/** Options of Node.js for the simulators: they make a day of samples in seconds, and V8 would keep the room of that. */
const SMALL_HEAP = ['--max-semi-space-size=2', '--optimize-for-size']

/** The folder in which the demo kept its data until it had one of its own, seen from the working directory. */
const EARLIER = 'data'

/** Sentence on data of an earlier demo; '' where there are none, or the demo goes on with them. Nothing is moved or deleted. */
export function earlierDemo(dataDir: string): string {
  const earlier = resolve(EARLIER)
  if (resolve(dataDir) !== join(earlier, 'demo') || wasGateways(dataDir) || !wasGateways(earlier)) return ''
  return `${earlier} holds the data of an earlier gateway, perhaps of this demo, which now has a folder of its own and begins anew in ${resolve(dataDir)}. To go on with the earlier data: --set data_dir=${EARLIER}`
}

/** The configuration file of the demo plants. */
export const demoConfig = join(packageRoot, 'devices', 'demo', 'greengauge.yaml')

/** Settings of the demo with a past, below those that a person gives. */
export function pastSettings(file: string, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return file === demoConfig && env.GREENGAUGE_DATA_DIR === undefined ? { data_dir: PAST_DATA_DIR } : {}
}

/** Sentence on a demo that began with one day and is asked for a past; '' where it has one, or begins now. */
export function begunWithoutPast(dataDir: string): string {
  if (!wasGateways(dataDir) || hasPast(join(dataDir, PROGRESS))) return ''
  return `${resolve(dataDir)} holds a demo that began with its last day alone, and goes on with that: the months before would lie behind what it has computed. To begin anew with the past, delete that folder, or name another one: --set data_dir=DIR`
}

/** The file tells of more than a few days. */
function hasPast(progress: string): boolean {
  try {
    const { from, started } = JSON.parse(readFileSync(progress, 'utf8')) as Readonly<Record<string, string>>
    return Date.parse(started ?? '') - Date.parse(from ?? '') > FEW_DAYS_MS
  } catch {
    return false
  }
}

/** `run` with the demo plants, the simulators beside it, and three lines that say where to look and what to try. */
export async function runDemo(loaded: LoadedConfig, load: LoadSettings, isWithPast = false): Promise<void> {
  const simulated = loaded.file === demoConfig ? loaded.config.plants.map(({ id }) => id) : []
  const onReady = (running: Running) => {
    const mqttPort = running.mqttPorts?.tcp ?? null
    if (mqttPort === null) {
      complain('The simulators are not started: they need mqtt.port.')
      return undefined
    }
    const { mqtt, http } = loaded.config
    const secure = running.mqttPorts?.tls ?? null
    printText(
      greeting(loaded.config, {
        dashboard: apiAddress({ ...http, port: running.httpPort }),
        mqtt: [`mqtt://127.0.0.1:${mqttPort}`, ...(secure === null ? [] : [`mqtts://${mqtt.host}:${secure}`])].join(
          '  ',
        ),
        mqttPort,
      }),
    )
    const url = `mqtt://127.0.0.1:${mqttPort}`
    const past = pastArguments(loaded.config, isWithPast, apiAddress({ ...http, port: running.httpPort }))
    const simulators = startSimulators(
      ['simulate', '--backfill', String(BACKFILL_HOURS), '--url', url, ...past],
      (line) => complain(`simulators: ${line}`),
      SMALL_HEAP,
    )
    let isStopping = false
    void simulators.ended.then((code) => {
      if (isStopping) return
      complain(
        `warning: the simulators ended with code ${code}; the gateway goes on without them, and nothing new comes`,
      )
      running.tellSimulatorsEnded(code)
    })
    return {
      stop: async () => {
        isStopping = true
        simulators.stop('SIGTERM')
        await simulators.ended
      },
    }
  }
  await runGateway(loaded, load, onReady, simulated)
}

/** The simulators' arguments for the past; its progress is kept beside the data. */
function pastArguments({ data_dir, plants }: Config, isWithPast: boolean, api: string): readonly string[] {
  if (!plants.some(({ id }) => id === WITH_PAST)) return []
  return [
    ...['--past', String(isWithPast ? PAST_DAYS : 1), '--past-progress', join(data_dir, PROGRESS)],
    ...['--pace', `${api}/readyz`],
  ]
}

/** The message to try comes from a device that no configuration knows: the dashboard shows it all the same. */
function greeting(config: Config, at: { dashboard: string; mqtt: string; mqttPort: number }): string {
  const plant = config.plants[0]
  const line = plant?.lines[0]?.id ?? 'line-1'
  const topic = `plants/${plant?.id ?? 'plant-1'}/${line}/my-meter/energy`
  return `
  Greengauge is running with simulated devices. Ctrl-C stops it; nothing is lost.

    Dashboard   ${at.dashboard}/
    MQTT        ${at.mqtt}
    Try         mosquitto_pub -p ${at.mqttPort} -q 1 -t ${topic} -m '{"metrics":{"elec_import_kw":118.2}}'
    Own plant   greengauge init writes a first file, greengauge run --config FILE starts it; the demo stays in ${config.data_dir}

`
}
